"""Proposals of another time, place or instructor for a lecture."""
