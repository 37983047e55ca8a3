"""Write one file that runs without torch, and prove that it answers as the run does."""
