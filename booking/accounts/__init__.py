"""WHO YOU ARE AND WHAT YOU MAY DO: users, organisations, regions, memberships, permissions.

Nothing here knows of instructors' data, time or lectures.
"""
