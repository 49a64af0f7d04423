"""What time does to lectures: expiry of requests and proposals, and the end of lectures."""
