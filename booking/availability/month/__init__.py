"""The days of a month as a branch sees them: which are free, and what closes the others."""
