"""Networks that differ in nothing but what they take for granted: see `reach.py`."""
