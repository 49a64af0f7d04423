"""WHEN AN INSTRUCTOR CAN BE BOOKED.

Weekly hours, exceptions for single dates, public holidays and make-up workdays, and the busy
times of an instructor's own calendars; out of these come the slots that a page offers and the
check that a request must pass, both from the same functions. ``intervals``, ``hours``, ``slots``
and ``workdays`` are the pure engine: no database, no web, no clock; busy time and *now* are
passed in, and ``hours`` is the only place in the product where local time becomes UTC. What must
not be here: lectures and their states, policies such as caps, quotas, buffers and travel between
places (they arrive as busy time), search, and how our own lectures are published to other
calendars.
"""
