"""The page with a link and its QR code that a coordinator hands over, on paper or on a screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from flask.typing import ResponseReturnValue

from booking.calendars.engine.qr import qr_data_uri
from booking.errors import Text


@dataclass(frozen=True, slots=True)
class Card:
    """One link for one person. Whoever has it can use it, once."""

    name: str
    what: Text
    """What it is for, such as the role."""
    url: str
    expires_at: datetime

    @property
    def qr(self) -> str:
        """The QR code as an image in a URL."""
        return qr_data_uri(self.url)


def page(
    cards: list[Card], *, heading: Text, back: str, back_words: Text, mailed: int = 0
) -> ResponseReturnValue:
    """The page with one card or several; its links are shown only now."""
    return render_template(
        "members/handover.html",
        cards=cards,
        heading=heading,
        back=back,
        back_words=back_words,
        mailed=mailed,
    )
