"""What can become of a text message that was handed over, as exceptions with a code.

The code is that of the provider or of this program; it holds neither a number nor a text.
"""

from __future__ import annotations

import re

from booking.notifications.engine.outcomes import Final, Unusable
from booking.notifications.texts.engine.refusals import Verdict

_CODE = re.compile(r"[^A-Za-z0-9._ -]")
LONGEST_CODE = 80


class Refused(Exception):
    """This message was refused, and may be accepted later."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AnswerLost(Refused):
    """Nobody knows whether the message was sent. It is handed over once more, not oftener."""

    most_attempts = 2


class NeverAccepted(Refused, Final):
    """This message will never be accepted."""


class NumberStopped(NeverAccepted):
    """The owner of the number has told the provider to stop."""


class ServiceRefuses(Unusable):
    """The service takes no message at present."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def outcome(verdict: Verdict, code: str) -> Exception:
    """The exception of a verdict."""
    clean = _CODE.sub("", code)[:LONGEST_CODE] or "unknown"
    kinds: dict[Verdict, type[Refused | ServiceRefuses]] = {
        Verdict.SERVICE: ServiceRefuses,
        Verdict.LATER: Refused,
        Verdict.NEVER: NeverAccepted,
        Verdict.STOPPED: NumberStopped,
        Verdict.LOST: AnswerLost,
    }
    return kinds[verdict](clean)
