"""Networks that read the last steps of a series and answer with the steps to come."""
