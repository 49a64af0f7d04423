"""Mail that comes back: calendar replies, answers of people, reports of failed delivery.

Everything happens by the services that the pages use, as the user whose mail it is. Not: what is
sent (`notifications`), and what a lecture allows (`lectures`).

- `engine/` reads one mail and decides what follows. Pure; it runs in a child process with limits.
- `sources/` where mail comes from: IMAP, a maildir, a pipe.
- `returns/` addresses whose mail is returned.
"""
