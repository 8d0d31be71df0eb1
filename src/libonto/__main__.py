"""`python -m libonto` is the command `libonto`."""

from libonto.cli import main

main()
