"""What a document is, by its bytes, and what its name becomes. Pure."""
