"""Review of booking requests by a coordinator, where an organisation or a region asks for it."""
