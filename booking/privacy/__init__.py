"""A person's own page, retention of data by schedule, and the privacy notice.

Not here: who may see which datum (`visibility`); consents and disclosure (`contacts`).
"""
