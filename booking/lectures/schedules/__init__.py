"""Hours, rules and holds of instructors, loaded once, and the times that can be booked by them."""
