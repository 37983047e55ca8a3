"""Published Transformers from their folders: found, read, checked, used, and written back."""
