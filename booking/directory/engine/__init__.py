"""Search and matching: query objects, ranking and reasons, without a database."""
