"""Reading of names that were typed or pasted from a table. Pure."""
