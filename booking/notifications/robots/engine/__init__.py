"""What robots are told, and their addresses. Pure."""
