"""A time limit for asking a server as a whole, even if single bytes keep arriving."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from booking.notifications.texts.engine.refusals import Verdict
from booking.notifications.texts.services.outcomes import outcome

ANSWER_SECONDS = 10
"""For connecting, for each part of an answer, and for all of it; less than the lease of a claim."""

T = TypeVar("T")


def within(seconds: float, ask: Callable[[], T]) -> T:
    """The result of `ask`, which must use no database; `AnswerLost` if it takes longer."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(ask())
        except BaseException as error:
            errors.append(error)

    # Not waited for at the end of the process: it ends by its own timeouts.
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds + 1)
    if errors:
        raise errors[0]
    if not results:
        raise outcome(Verdict.LOST, "NoAnswer")
    return results[0]
