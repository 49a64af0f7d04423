"""Errors of temporarily refused sign-ins. Pure."""

from __future__ import annotations

from datetime import timedelta

from booking.errors import TryLater
from booking.sentences import N_, Sentence, plural


class Busy(TryLater):
    """Too many password checks are queued in this process (503)."""

    def __init__(self) -> None:
        super().__init__(
            N_("Many people are signing in right now. Nothing was lost: try again in a moment."), 2
        )


class TooManyTries(TryLater):
    """Too many wrong passwords (429); the same whether the account exists or not."""

    status = 429

    def __init__(self, wait: timedelta) -> None:
        seconds = -(-wait // timedelta(seconds=1))
        super().__init__(_too_many(seconds), seconds)


class TooManyLinks(TryLater):
    """Too many links to confirm a new address were sent for one account (429)."""

    status = 429

    def __init__(self, wait: timedelta) -> None:
        seconds = -(-wait // timedelta(seconds=1))
        sentence = plural(
            "Several links were sent for your account in a short time. Look for them in the "
            "mailbox, or wait %(num)s minute and try again.",
            "Several links were sent for your account in a short time. Look for them in the "
            "mailbox, or wait %(num)s minutes and try again.",
            -(-seconds // 60),
        )
        super().__init__(sentence, seconds)


def _too_many(seconds: int) -> Sentence:
    if seconds <= 60:
        return plural(
            "Too many wrong passwords. Wait %(num)s second, then try again, or set a new password "
            "by mail.",
            "Too many wrong passwords. Wait %(num)s seconds, then try again, or set a new password "
            "by mail.",
            seconds,
        )
    return plural(
        "Too many wrong passwords. Wait %(num)s minute, then try again, or set a new password by "
        "mail.",
        "Too many wrong passwords. Wait %(num)s minutes, then try again, or set a new password by "
        "mail.",
        -(-seconds // 60),
    )
