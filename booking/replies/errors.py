"""Refusals of answers that came by mail."""

from __future__ import annotations

from booking.errors import Conflict


class NotByMail(Conflict):
    """This cannot be answered by a mail, or not now; the sentence says why."""
