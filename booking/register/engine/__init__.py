"""From the bytes of a spreadsheet to people and problems, without a database."""
