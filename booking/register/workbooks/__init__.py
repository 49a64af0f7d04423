"""Writes .xlsx files in a child process: exports, and uploads with their problems marked.

Texts stay texts: a cell that begins like a formula is stored as a text, and marked as one
(quotePrefix), so that no spreadsheet program computes it, not even after it was edited.
"""
