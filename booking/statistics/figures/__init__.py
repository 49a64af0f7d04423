"""The tables and charts of each page, made of what was read: the page, the report and the
spreadsheet show the same ones. Units and regions stand in the order of their codes, never by
result.
"""
