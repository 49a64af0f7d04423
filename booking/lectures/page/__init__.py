"""The page of one lecture: what it says, and the commands that are given on it.

Sections of features above (evaluation, attendance) come by `sections.connect`.
"""
