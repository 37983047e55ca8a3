"""Train the rungs of a ladder on one honest split and choose. Read loop.py first."""
