"""Spreadsheets as files, for all features: read within bounds, written so that texts stay texts.

What a table means belongs to the features. Reading and writing take time and memory, and files may
be hostile: both run in child processes. `engine` has the code that runs there.
"""
