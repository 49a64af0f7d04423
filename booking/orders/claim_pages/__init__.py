"""The instructor's pages of published orders: the list of needs, and one to claim."""
