"""Regions, and the organisations in them, kept on pages: lists, changes, merging, spreadsheets.

Their tables are in `accounts`, because permissions need them. Not here: the people in them.
"""
