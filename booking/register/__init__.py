"""REGISTER: importing a whole 师资库 (instructor register) from a spreadsheet.

Parsing a spreadsheet is pure: `engine.spreadsheet` turns bytes into a `Sheet` of plain cells, and
these into a `Roster`, with every problem located by row and column; it stores nothing. (Call order:
`archive` -> `sheets` -> `columns` -> `row_filter` -> `person_rows` -> `cells`, `contacts`.)
`comparison` says what an import would do, `preview` shows it, `batches` writes and undoes it,
`report` leads on from it, `background` imports large ones; `hours` fills in default hours,
`exports` and `workbooks` write files. The import writes through the services of the features
below. Other imports read their sheets safely by `reader.read_upload`, whose `Parsed.sheet` has all
cells.

What must not be in it: rules about one instructor (those are in `instructors`), rules about one
lecture (`lectures`), and above all no identity or bank numbers: they are dropped while the sheet
is parsed, so no later step can store, display or log them.
"""
