"""What can be asked of whom, and which answers are in force. Pure."""
