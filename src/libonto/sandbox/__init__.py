"""Workers that can be killed, forked from a process that has loaded everything once.

The server starts one parent process (`parent.py`), which loads and never queries; workers
are forked from it, confined (`cage.py`), and speak over a socket (`wire.py`). The server
keeps them in two lanes (`pool.py`). This package is the only place that forks.
"""
