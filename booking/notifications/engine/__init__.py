"""Which mails an event causes, and for whom."""
