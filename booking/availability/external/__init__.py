"""Calendars that instructors keep elsewhere: fetched or uploaded, read for busy times only.

Not: calendars that we publish (`booking.calendars`).
"""
