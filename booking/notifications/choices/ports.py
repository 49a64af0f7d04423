"""Which further ways this installation offers, told by the features that provide them.

Without them the page offers mail only; what was chosen before stays chosen.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app

from booking.accounts.models import User
from booking.notifications.choices.engine.ways import MessageWay

Offers = Callable[[User], bool]
"""Whether a way can reach somebody, as far as the installation and the person are set up."""


def connect(app: Flask, way: MessageWay, offers: Offers) -> None:
    """Attach a provider of text messages or robots."""
    app.extensions.setdefault("message_ways", {})[way] = offers


def is_offered(way: MessageWay, user: User) -> bool:
    """Whether a way can be chosen by somebody."""
    offers: Offers | None = current_app.extensions.get("message_ways", {}).get(way)
    return offers is not None and offers(user)
