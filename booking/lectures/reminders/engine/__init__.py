"""Pure code of reminders: when they are written, and their event."""
