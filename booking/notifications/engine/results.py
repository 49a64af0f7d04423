"""What became of a delivery, and what a server's answer means. Pure.

Codes: RFC 5321 section 4.2.3 (three digits) and RFC 3463 (enhanced, such as 5.1.1).
"""

from __future__ import annotations

import enum
import re


class DeliveryState(enum.StrEnum):
    """Where a delivery is."""

    WAITING = "waiting"
    SENT = "sent"
    SUPERSEDED = "superseded"
    """Not sent, because a later message tells what has become of the matter."""
    PARKED = "parked"
    """Given up after all attempts: it waits for somebody to have it tried again."""
    RETURNED = "returned"
    """Accepted by the server, and reported as undeliverable afterwards."""


class Result(enum.StrEnum):
    """Why the last attempt failed, as far as somebody can do something about it."""

    NO_RECIPIENT = "no_recipient"
    GREYLISTED = "greylisted"
    FULL = "full"
    TOO_LARGE = "too_large"
    DISTRUSTED = "distrusted"
    """The server refuses mail of this sender, or takes it for unwanted."""
    REFUSED = "refused"
    LATER = "later"
    SILENT = "silent"
    UNREACHABLE = "unreachable"
    ENCRYPTION = "encryption"
    NO_ROBOT = "no_robot"
    ROBOT_REFUSED = "robot_refused"
    TOO_FAST = "too_fast"
    GIVEN_UP = "given_up"
    """Somebody gave it up."""
    OTHER = "other"


_CODES = re.compile(r"\b([245]\d\d)\b(?: ([245]\.\d{1,3}\.\d{1,3}))?")

_BY_STATUS: tuple[tuple[str, Result], ...] = (
    ("4.7.", Result.GREYLISTED),
    ("4.2.2", Result.FULL),
    ("5.2.2", Result.FULL),
    ("5.1.", Result.NO_RECIPIENT),
    ("5.2.1", Result.NO_RECIPIENT),
    ("5.2.3", Result.TOO_LARGE),
    ("5.3.4", Result.TOO_LARGE),
    ("5.7.", Result.DISTRUSTED),
)
"""By the beginning of an enhanced code; the first that fits counts."""

_BY_CODE = {
    "450": Result.GREYLISTED,
    "451": Result.GREYLISTED,
    "452": Result.FULL,
    "550": Result.NO_RECIPIENT,
    "551": Result.NO_RECIPIENT,
    "553": Result.NO_RECIPIENT,
    "552": Result.FULL,
    "554": Result.DISTRUSTED,
}

_BY_NAME = {
    "TimeoutError": Result.SILENT,
    "SMTPServerDisconnected": Result.SILENT,
    "ConnectionRefusedError": Result.UNREACHABLE,
    "ConnectionResetError": Result.SILENT,
    "gaierror": Result.UNREACHABLE,
    "SSLError": Result.ENCRYPTION,
    "SSLCertVerificationError": Result.ENCRYPTION,
    "RobotUnreachable": Result.UNREACHABLE,
    "RobotGone": Result.NO_ROBOT,
    "RobotTooFast": Result.TOO_FAST,
    "RobotRefused": Result.ROBOT_REFUSED,
    "given up": Result.GIVEN_UP,
}


def result_of(error: str | None) -> Result | None:
    """The meaning of what `Delivery.last_error` keeps: a type, and the codes of an answer.

    For example `SMTPRecipientsRefused, 550 5.1.1`; None for None.
    """
    if error is None:
        return None
    name = error.partition(",")[0]
    if name in _BY_NAME:
        return _BY_NAME[name]
    found = _CODES.search(error)
    if found is None:
        return Result.NO_RECIPIENT if name == "SMTPRecipientsRefused" else Result.OTHER
    code, status = found[1], found[2] or ""
    for beginning, result in _BY_STATUS:
        if status.startswith(beginning):
            return result
    return _BY_CODE.get(code, Result.LATER if code.startswith("4") else Result.REFUSED)


def codes_in(text: str) -> str:
    """The codes at the beginning of a server's answer, `550 5.1.1` or `550`; empty: none."""
    found = _CODES.match(text)
    return "" if found is None else found[0]
