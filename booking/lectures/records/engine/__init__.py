"""Pure code of records: credit hours, and until when a record can be filed."""
