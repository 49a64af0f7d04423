"""The page between upload and import: what was understood, what would happen, what to decide."""
