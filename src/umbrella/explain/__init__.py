"""What moved an answer: contributions of words, and whether they can be believed."""
