"""Background job: reads the mailbox and the maildir each minute."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from booking.jobs import Jobs
from booking.replies.sources import maildir
from booking.replies.sources.mailbox_rounds import read_mailbox
from booking.replies.sources.mailboxes import read_all
from booking.settings.mailbox import mailbox


def schedule(jobs: Jobs) -> None:
    """Register the job; a slow server must not hold up the others."""
    jobs.every_minute("replies.read", read, apart=True)


def read(now: datetime) -> int:
    """Read what has come; returns how many mails were handled."""
    handled = 0
    folder = current_app.config["REPLY_MAILDIR"]
    if folder is not None:
        handled += read_all(maildir.waiting(folder), now=now).handled
    where = mailbox()
    done = None if where is None else read_mailbox(where, now=now)
    return handled + (done.handled if done else 0)
