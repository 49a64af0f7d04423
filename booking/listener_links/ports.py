"""Where links lead: the features above hand in one `LinkPort` for each purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, current_app
from sqlalchemy.orm import Session

from booking.errors import Text
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture
from booking.listener_links.engine.purposes import LinkPurpose

_KEY = "listener_link_ports"

KEPT_OPEN = timedelta(days=7)
"""How long after the end of a lecture its links stay open, unless a feature says otherwise."""


def a_week_after(lecture: Lecture) -> datetime:
    """The latest instant at which listeners answer by default."""
    return lecture.ends_at + KEPT_OPEN


@dataclass(frozen=True, slots=True)
class LinkPort:
    """What a feature says about the links of its purpose."""

    endpoint: str
    """The page of the listeners; its URL has the parameter `token`."""
    count: Callable[[Session, int], int] | None = None
    """How many answers came by the link with this id."""
    refusal: Callable[[Lecture, datetime], Text | None] | None = None
    """Why no link can be opened now; None: it can."""
    closes_at: Callable[[Lecture], datetime] = a_week_after
    """When a link closes by itself that is opened now."""
    latest: Callable[[Lecture], datetime] = a_week_after
    """Until when it can be prolonged."""
    openers: frozenset[Party] = frozenset(Party)
    """In which capacities a person sees, opens and closes it; for others there is no such page."""


def connect(app: Flask, ports: Mapping[LinkPurpose, LinkPort | str]) -> None:
    """Hand in ports, or only their endpoints; may be called by several features."""
    known: dict[LinkPurpose, LinkPort] = app.extensions.setdefault(_KEY, {})
    for purpose, port in ports.items():
        known[purpose] = LinkPort(port) if isinstance(port, str) else port


def port_of(purpose: LinkPurpose) -> LinkPort | None:
    """The port of a purpose; None while no feature has handed one in."""
    known: dict[LinkPurpose, LinkPort] = current_app.extensions.get(_KEY, {})
    return known.get(purpose)
