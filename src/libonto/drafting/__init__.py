"""From a text of a qualification characteristic to a position: read, write, review."""
