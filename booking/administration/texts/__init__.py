"""The installation's own text pages: about, privacy notice, contact; with all their versions.

Not here: the names and short lines that are settings (`booking/settings`).
"""
