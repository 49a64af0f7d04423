"""How each person wants to be told of what: kinds of messages, ways, quiet hours, unsubscribing.

One function decides for every message (`service.ways`), and one when it goes out
(`service.send_at`). Not: what messages say, and how they are sent.
"""
