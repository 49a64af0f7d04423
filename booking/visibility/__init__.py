"""Who may see which data: one table that pages, JSON, search, feeds, exports and mail ask.

Not here: whose data they are and where they are stored; what somebody may do (`accounts`).
"""
