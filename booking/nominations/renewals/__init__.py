"""Terms that end soon: renewed, one or several at once, or left to end with a reason."""
