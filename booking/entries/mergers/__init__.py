"""Two entries of one person: suggestions, and merging them."""
