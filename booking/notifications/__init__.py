"""NOTIFICATIONS: turns events into mails and delivers them.

Nothing here decides anything about lectures; it only reads events.
"""
