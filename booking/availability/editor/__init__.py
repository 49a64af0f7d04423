"""The pages on which an instructor's hours, single days and rules are changed and undone."""
