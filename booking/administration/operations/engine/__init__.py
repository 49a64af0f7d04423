"""When jobs run next, what a failure is called, and sizes. Pure."""
