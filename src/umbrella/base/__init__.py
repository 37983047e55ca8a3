"""What every layer may import, and imports nothing of ours: errors, limits, runs, progress."""
