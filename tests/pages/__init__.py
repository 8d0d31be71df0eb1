"""The tests of the pages, which share a browser."""
