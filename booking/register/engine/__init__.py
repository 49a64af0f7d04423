"""Spreadsheet parsing: from bytes to people and problems, without a database."""
