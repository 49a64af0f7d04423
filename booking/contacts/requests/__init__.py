"""A branch asks for an instructor's contact; the person or a coordinator answers."""
