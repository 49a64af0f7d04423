"""The refusal of further codes."""

from __future__ import annotations

from datetime import timedelta

from booking.errors import TryLater
from booking.sentences import plural


class TooManyCodes(TryLater):
    """Too many codes were asked for (429); the same whether the number has an account or not."""

    status = 429

    def __init__(self, wait: timedelta) -> None:
        seconds = -(-wait // timedelta(seconds=1))
        sentence = plural(
            "Several codes were asked for in a short time. Wait %(num)s minute and try again, or "
            "sign in with your password.",
            "Several codes were asked for in a short time. Wait %(num)s minutes and try again, or "
            "sign in with your password.",
            -(-seconds // 60),
        )
        super().__init__(sentence, seconds)
