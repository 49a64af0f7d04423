"""What the child process that reads pictures answers, and why it refuses one. Pure."""

from __future__ import annotations

from enum import StrEnum

MOST_BYTES = 5 * 1024 * 1024
"""Of the uploaded file; most pictures of telephones have 2 to 4 megabytes."""

_MADE, _REFUSED = b"made:", b"refused:"


class WhyRefused(StrEnum):
    """Why a picture is refused."""

    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"


class RefusedPicture(ValueError):
    """Raised with the reason for a picture that is not taken."""

    def __init__(self, why: WhyRefused) -> None:
        super().__init__(why.value)
        self.why = why


def made(image: bytes) -> bytes:
    """The answer with a JPEG."""
    return _MADE + image


def refused(why: WhyRefused) -> bytes:
    """The answer with a reason."""
    return _REFUSED + why.value.encode()


def read_answer(answer: bytes) -> bytes:
    """The JPEG of an answer; raises `RefusedPicture`, for any other message too."""
    if answer.startswith(_MADE):
        return answer[len(_MADE) :]
    reasons = {refused(why): why for why in WhyRefused}
    raise RefusedPicture(reasons.get(answer, WhyRefused.UNREADABLE))
