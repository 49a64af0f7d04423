"""Instructors' hours and rules from the database into values of the engine, many at once."""
