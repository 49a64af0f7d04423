"""Undo: a command is taken back by who gave it, within a minute."""
