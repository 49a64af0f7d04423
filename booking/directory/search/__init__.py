"""Directory search: instructors by words, field, region, audience and format."""
