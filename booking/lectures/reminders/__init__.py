"""Reminders of replies that are due: one mail to who must act, on the day before."""
