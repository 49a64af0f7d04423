"""The event of an entry that nobody looked through, as the outbox stores it. Pure."""
