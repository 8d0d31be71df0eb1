"""The candidate: what a profile says, read from RDF and JSON, and checked."""
