"""What an administrator sets on a page: declared, validated, stored, and read by all features.

Not here: what a machine needs before it reaches a database (`config.py`).
"""
