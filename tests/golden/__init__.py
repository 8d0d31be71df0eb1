"""Golden files: every kind of output for a dozen profiles, as it was accepted last.

``python -m tests.golden`` writes them anew: read the difference before it is committed, and say
in the commit which sentence of the contract or the changelog asks for it.
"""
