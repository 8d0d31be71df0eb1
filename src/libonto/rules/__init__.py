"""What is judged and how: rules read from the graph, evidence, service, readings, SHACL."""
