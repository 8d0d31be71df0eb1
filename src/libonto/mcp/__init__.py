"""The assessment and the graph for assistants, over the Model Context Protocol."""
