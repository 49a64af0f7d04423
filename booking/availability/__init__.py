"""WHEN AN INSTRUCTOR CAN BE BOOKED.

Weekly hours, exceptions for single dates, public holidays and make-up workdays, terms of
appointment, caps, and the way between two lectures; out of these come the slots that a page
offers and the check that a request must pass, both from the same functions. ``intervals``,
``hours``, ``slots``, ``workdays``, ``travel``, ``limits`` and ``offers`` are the pure engine: no
database, no web, no clock; what is booked and *now* are passed in, and ``hours`` is the only
place in the product where local time becomes UTC. What must not be here: lectures and their
states (they arrive as ``Booked``), search, and how our own lectures are published to other
calendars.
"""
