"""Pure code of orders: the need as a value, the transition table, events and refusals."""
