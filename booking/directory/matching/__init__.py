"""Matching: a query of topic, region and days gives instructors with slots and reasons."""
