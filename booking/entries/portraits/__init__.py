"""A picture of an instructor: optional, small, without metadata."""
