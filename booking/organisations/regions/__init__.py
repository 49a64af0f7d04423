"""The tree of regions: names, additions, mergers of an administrative reform."""
