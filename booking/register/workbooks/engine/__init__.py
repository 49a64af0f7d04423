"""Workbooks as plain values, and their bytes."""
