"""States of nominations, what may be nominated, numbers and texts of certificates. Pure."""
