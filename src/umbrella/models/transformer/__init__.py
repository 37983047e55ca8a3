"""The one Transformer: encoder, decoder or both, of tokens or of patches, as its config says."""
