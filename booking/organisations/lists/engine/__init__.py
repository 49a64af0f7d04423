"""Pure code of the lists: tables, columns, rows."""
