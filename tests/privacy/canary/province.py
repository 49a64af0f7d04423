"""The province with a token in every text, who reads it, and what the table says to an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import select

from booking.accounts.models import User
from booking.db import db
from tests.attacks import world
from tests.browser import Client
from tests.calendars.conftest import open_feed
from tests.factories import CHEN, LI, Cast
from tests.privacy.canary.crawling import READERS, Crawl
from tests.privacy.canary.judging import Judge, Whom, actor_of
from tests.privacy.canary.planting import Place, fill, plant
from tests.privacy.canary.tokens import Sighting


@dataclass(slots=True)
class Planted:
    """The province with tokens, and who reads."""

    app: Flask
    places: dict[int, Place]
    clients: dict[str | None, Client]
    readers: dict[str | None, Whom]
    more: list[str]
    feeds: dict[str, str]


def prepare(app: Flask, cast: Cast) -> Planted:
    """Build, sign in (addresses change afterwards), and plant."""
    more = [path for paths in world.build(app, cast).values() for path in paths]
    clients: dict[str | None, Client] = {}
    for email in READERS:
        clients[email] = Client(app, checks_html=False).language("en")
        if email is not None:
            clients[email].sign_in(email)
    owners = {CHEN: ("instructor", cast.chen.id), LI: ("branch", cast.li.id)}
    feeds = {}
    for email, (side, owner) in owners.items():
        feeds[email] = open_feed(clients[email], side, owner)
    # A passkey would ask for a second step.
    fill(app, cast)
    with app.app_context():
        ids = {row.email: row.id for row in db.session.execute(select(User.email, User.id))}
    places = plant(app)
    readers = {email: Whom(email, actor_of(app, ids.get(email))) for email in READERS}
    return Planted(app, places, clients, readers, more, feeds)


@dataclass(slots=True)
class Verdict:
    """What of the sightings the table of visibility gives, and what it does not."""

    allowed: int = 0
    leaks: set[tuple[str, str, str]] = field(default_factory=set)
    """Reader; what was opened; the place of the text."""
    labels: set[str] = field(default_factory=set)
    """Columns of which some text was seen."""

    def add(
        self, planted: Planted, judges: Iterable[Judge], whom: Whom, where: str,
        found: Iterable[Sighting],
    ) -> None:  # fmt: skip
        """Judge the tokens of one answer, by the rows before or after it."""
        for one in found:
            place = planted.places[one.number]
            if any(judge.allows(whom, one, is_act=where.startswith("POST")) for judge in judges):
                self.allowed += 1
                self.labels.add(place.label)
            else:
                self.leaks.add((str(whom.name), where, f"{place.label} {place.key}"))


def judged(planted: Planted, judges: Iterable[Judge], crawl: Crawl) -> Verdict:
    """What the table says to all that was seen."""
    verdict, judges = Verdict(), list(judges)
    for (email, method, path), found in crawl.seen.items():
        verdict.add(planted, judges, planted.readers[email], f"{method} {path}", found)
    return verdict
