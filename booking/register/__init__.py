"""REGISTER: importing a whole 师资库 (instructor register) from a spreadsheet.

Parsing a spreadsheet is pure: `engine.spreadsheet.read_roster` turns bytes into a `Roster` to
preview, with every problem located by row and column, and stores nothing. (Call order: `archive`
-> `columns` -> `row_filter` -> `person_rows` -> `cells`, `contacts`, `private_numbers`.)
The import writes through the services of the features below.

What must not be in it: rules about one instructor (those are in `instructors`), rules about one
lecture (`lectures`), and above all no identity or bank numbers: they are dropped while the sheet
is parsed, so no later step can store, display or log them.
"""
