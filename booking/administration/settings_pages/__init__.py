"""The pages on which an administrator changes settings, and those of the mail server.

Not here: what can be set, and how it is stored (`booking/settings`).
"""
