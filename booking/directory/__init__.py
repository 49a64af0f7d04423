"""THE PUBLIC PAGES: search, matching, and one instructor's profile with bookable slots.

Read-only, and no contact value is read here.
"""
