"""Networks that find answers in texts and learn from nothing but the training rows."""
