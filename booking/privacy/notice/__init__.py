"""The part of the privacy notice that follows from the tables: data, readers, periods (PIPL 17).

Not here: what an administrator writes (`administration/texts`).
"""
