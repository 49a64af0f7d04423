"""When an instructor can be booked.

Weekly hours, exceptions for single dates, statutory days off and make-up workdays, terms of
appointment, caps and travel times. From these come both the slots that a page lists and the check
that a booking request must pass, computed by the same functions.

- `engine/` is pure: no database, no web, no clock; holds and *now* are passed in. Its module
  `zones` is the only place where local time becomes UTC (except in uploaded or fetched .ics
  files).
- `loading/` reads hours and rules of many instructors in one statement.
- `editor/` has the pages that edit, preview and undo hours, timetables, exceptions and rules.
- `day_parts/` half-days of a region; `terms/` terms and suspensions; `holidays/` official days
  off; `external/` busy times of external calendars; `promises/` which promised lectures lie in
  time that was closed afterwards.

Not here: lectures and their states (they arrive as `Booked`), search, and the publication of
lectures to other calendars.
"""
