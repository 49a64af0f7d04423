"""Where mail comes from: IMAP, a maildir, a pipe. Not: what is in it."""
