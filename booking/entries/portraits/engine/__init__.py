"""Pictures, without a database."""
