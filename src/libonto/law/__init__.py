"""What the graph says of a position: rules, readings, clauses, acts."""
