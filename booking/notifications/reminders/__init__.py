"""Reminders of confirmed lectures: a week, a day and two hours before, as each person chooses.

Not: reminders of replies that are due (`lectures/reminders`).
"""
