"""LECTURES IN ICALENDAR FORMAT.

The VEVENT of a lecture (``ical``), the VTIMEZONE of its time zone (``timezones``), the e-mail with
an invitation or its cancellation (``mime``), and the subscription feeds. Replies of calendar
programs are not read yet.

What must not be in it: rules about lectures (who may move or cancel one is decided in
``lectures``), busy times of external calendars (``availability``), the choice of recipients and
the delivery of mail (``notifications``), and any contact value in a feed. The modules ``ical``,
``timezones`` and ``mime`` are plain Python: no Flask, no database, no clock, so that the text of
a lecture depends on nothing but its facts.
"""
