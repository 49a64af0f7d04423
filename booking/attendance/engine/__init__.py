"""Reading of typed and pasted names. Pure."""
