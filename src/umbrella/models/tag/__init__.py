"""Networks that label the pieces of a text."""
