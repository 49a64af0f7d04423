"""Pure code of reminders: when they are due, and their event."""
