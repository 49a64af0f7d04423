"""The event of a closed day, as the outbox stores it. Pure."""
