"""The ontology itself: its checks, the OWL reasoner, exports and differences."""
