"""TELLING PEOPLE: what each event says to whom, and delivering it.

Nothing here decides anything about lectures; it only reads events.
"""
