"""Reading of one incoming mail, and what follows from a calendar reply. Pure."""
