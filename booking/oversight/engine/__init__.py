"""Cells of exported tables. Pure."""
