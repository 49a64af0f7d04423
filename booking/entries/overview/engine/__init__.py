"""The filters of the list of entries, without a database."""
