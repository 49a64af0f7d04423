"""Review of what instructors change in their entries, where a region asks for it."""
