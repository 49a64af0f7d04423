"""The directory: instructors found by words, field, region and audience."""
