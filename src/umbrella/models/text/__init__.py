"""Text networks, one file per family. Their order is written once, in models/ladders.py."""
