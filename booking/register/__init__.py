"""RUNNING THE REGISTER: how a whole 师资库 comes in, goes out and is kept up.

Reading a spreadsheet is pure: `spreadsheet.read_roster` turns bytes into a `Roster` that a
coordinator can look at, with every problem named by row and column, and stores nothing. (It goes
`archive` -> `columns` -> `rows` -> `people` -> `cells`, `contacts`, `private_numbers`.)
Importing, exporting, nominations and statistics act through the services of the features below.

What must not be in it: rules about one instructor (those are in `instructors`), rules about one
lecture (`lectures`), and above all no identity or bank numbers: they are left out while the sheet
is read, so no later step can keep, show or log them.
"""
