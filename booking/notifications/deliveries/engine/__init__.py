"""States and results of deliveries. Pure."""
