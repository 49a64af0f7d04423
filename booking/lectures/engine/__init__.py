"""The transition table of a lecture, its events, and the rules of a request, without a database."""
