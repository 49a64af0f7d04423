"""The event of a requested change that a coordinator decided on, as the outbox stores it. Pure."""
