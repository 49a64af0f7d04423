"""Request limits of branches: unanswered requests, and requests per day."""
