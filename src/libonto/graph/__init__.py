"""Where the knowledge graph's files are, and the store that holds them."""
