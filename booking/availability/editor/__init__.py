"""Pages that edit, preview and undo an instructor's weekly hours, exceptions and booking rules."""
