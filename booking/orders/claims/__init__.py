"""Claims of instructors on published orders: what they do, and the pages of needs to claim."""
