"""WHEN AN INSTRUCTOR CAN BE BOOKED.

Weekly hours, exceptions for single dates, public holidays and make-up workdays, terms of
appointment, caps, and the way between two lectures; out of these come the slots that a page
offers and the check that a request must pass, both from the same functions. ``intervals``,
``hours``, ``slots``, ``workdays``, ``travel``, ``limits``, ``timetables``, ``half_days``,
``preview`` and ``offers`` are the pure engine: no database, no web, no clock; what is booked and
*now* are passed in, and ``hours`` is the only place in the product where local time becomes UTC.
``views`` is the editor; ``timetabling``, ``appointing`` and ``dividing`` are its further pages
(timetables beside the week; terms and suspensions; half-days of a region), ``undoing`` brings
back what a change replaced. What must not be here: lectures and their states (they arrive as
``Booked``), search, and how our own lectures are published to other calendars.
"""
