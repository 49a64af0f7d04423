"""Load hours and rules of many instructors at once from the database into engine values."""
