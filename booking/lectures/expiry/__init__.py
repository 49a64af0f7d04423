"""Transitions by time: expiry of requests and proposals, and the end of lectures."""
