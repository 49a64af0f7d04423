"""What was sent to whom, when and with what result; messages that were given up, tried again."""
