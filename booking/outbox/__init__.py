"""OUTBOX: events stored in the same transaction as the change, and handled by the worker.

So every committed change has a committed event, even if a process dies in between. Features declare
their kinds of events and register handlers; nothing here knows what an event is about.
"""
