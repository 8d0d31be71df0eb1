"""Profiles in the formats the world uses: tables, and other people's JSON."""
