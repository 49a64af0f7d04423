"""How many requests a branch may have open, and send in a day."""
