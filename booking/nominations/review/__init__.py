"""The pages of reviewers: the queue, one nomination, and the decisions on it."""
