"""Feeds: calendars at secret addresses, to which calendar programs subscribe.

Which lectures are in one (``queries``), the addresses of a person (``service``, ``page``), the
answers to programs (``views``, ``answers``), and copies of the last bodies (``stored_bodies``).

Not here: the text of an event, and when it is written (``calendars``).
"""
