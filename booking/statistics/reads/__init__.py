"""What is read for each page: aggregates of the database, a constant number of statements."""
