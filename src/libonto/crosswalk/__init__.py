"""Correspondences with other frameworks: chains of mappings, their strength, and what lacks."""
