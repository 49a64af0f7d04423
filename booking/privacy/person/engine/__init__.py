"""Who sees what of a person, in groups. Pure."""
