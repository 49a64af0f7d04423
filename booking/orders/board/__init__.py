"""The coordinator's list of orders: to dispatch, waiting for an answer, published, unmet."""
