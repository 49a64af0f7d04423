"""The registry of channels: which transport sends each one; `create_app` connects it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app

from booking.notifications.transmission.transports import Transport

_KEY = "notification_routes"


@dataclass(frozen=True, slots=True)
class Route:
    """How the deliveries of one channel are sent."""

    channel: str
    """As in `Delivery.channel`."""
    transport: Callable[[], Transport]
    """Makes the transport of one round. It raises `Postponed` for a recipient who must wait."""
    prepare: Callable[[datetime], object] | None = None
    """Writes deliveries of this channel before the round, for what was asked for meanwhile."""
    seconds: float = math.inf
    """After so many seconds the rest waits for the next round, so that mail is not held up."""


def connect(app: Flask, routes: Sequence[Route]) -> None:
    """Hand in the channels, in the order in which they are sent: mail first."""
    app.extensions[_KEY] = tuple(routes)


def connected() -> tuple[Route, ...]:
    """The channels that were handed in."""
    routes: tuple[Route, ...] = current_app.extensions[_KEY]
    return routes
