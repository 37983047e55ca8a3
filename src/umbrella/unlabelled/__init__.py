"""What a published encoder says of texts that nobody labelled."""
