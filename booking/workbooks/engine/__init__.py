"""Workbooks as plain values, and their bytes. Pure: no requests, no database, no clock."""
