"""LECTURES AS OTHER CALENDARS SEE THEM.

What leaves the register in iCalendar form: the text of one lecture (``ical``), the
definition of the zone in which it is written (``timezones``), the e-mail that carries an
invitation or its withdrawal (``mime``), the subscription feeds, and the replies that other
calendars send back.

What must not be in it: rules about lectures (who may move or cancel one is decided in
``lectures``), the busy times of somebody else's calendar (that is ``availability``), the
decision whom to tell and the sending (``notifications``), and any contact value in a feed.
The modules ``ical``, ``timezones`` and ``mime`` are plain Python: no Flask, no database, no
clock, so that the text of a lecture depends on nothing but its facts.
"""
