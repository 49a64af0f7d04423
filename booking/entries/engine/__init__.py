"""Parts of an entry as values, their differences, and what needs review, without a database."""
