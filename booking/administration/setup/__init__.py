"""The first start of an empty installation, by a one-time link that the server prints.

Not here: settings that are changed later (`administration/settings_pages`).
"""
