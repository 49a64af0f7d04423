"""The table of visibility, and the answer for one reader. Pure."""
