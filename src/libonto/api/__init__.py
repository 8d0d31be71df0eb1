"""The graph, the saved queries and the assessment over HTTP (contract, “HTTP”)."""
