"""What can be asked of whom. Pure."""
