"""Cells of exported tables, which no spreadsheet calculates. Pure. Not: what the rows say."""
