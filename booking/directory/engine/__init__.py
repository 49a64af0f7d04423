"""Which instructors answer a question, in which order and why, without a database."""
