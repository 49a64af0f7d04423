"""Pure code of links: what they are for, and their tokens."""
