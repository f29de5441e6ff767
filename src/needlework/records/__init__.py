"""
The nouns that travel between the stages, a module for each stage.

Every record is frozen, carries its units in its names, and holds all that is needed to explain itself
later: a verdict keeps the words shown and the sources behind them, so that it reads the same when the
protocol has moved on. Nothing here knows a database, a file or the time.
"""
