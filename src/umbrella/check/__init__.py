"""Will it hold on data it has never seen? One file a question; report.py asks them all."""
