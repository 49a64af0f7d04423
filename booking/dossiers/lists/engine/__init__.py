"""Pure code of lists: periods, and what an address chooses."""
