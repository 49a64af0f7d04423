"""External calendars of instructors: fetched or uploaded, read for busy times only.

Not here: calendars that we publish (`booking.calendars`).
"""
