"""Whether a reader may see the text of a place: the capacities towards it, by its foreign keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import select

from booking.accounts.engine.roles import ANONYMOUS, Actor, scope_prefix
from booking.accounts.models import User
from booking.db import Base, db
from booking.lectures.counterparts.queries import STANDS
from booking.orders.engine.lifecycle import OrderState
from booking.visibility.engine.data import Datum
from booking.visibility.engine.readers import Access, Purpose, Reader
from booking.visibility.engine.table import access
from tests.attacks.snapshots import Rows, snapshot
from tests.privacy.canary.fields import told_by
from tests.privacy.canary.planting import Place
from tests.privacy.canary.tokens import Sighting

TWO_SIDED = frozenset(
    """
    lecture hold lecture_history proposal proposal_option lecture_record branch_order
    order_history order_offer order_claim season_plan_row contact_request contact_request_history
    message_thread relayed_message named_attendee follow_up follow_up_document attendance_entry
    """.split()
)
"""Tables in which a branch is the person and an instructor the other side."""

CONTACT_DAYS = timedelta(days=7)


@dataclass(slots=True)
class Parties:
    """Whom a row names, directly or by the rows that it names."""

    instructors: set[int] = field(default_factory=set)
    organisations: set[int] = field(default_factory=set)
    users: set[int] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)
    rows: set[tuple[str, tuple[Any, ...]]] = field(default_factory=set)


class Whom(NamedTuple):
    """A reader of an answer or of a mail."""

    name: str | None
    actor: Actor
    row: tuple[str, tuple[Any, ...]] | None = None
    """Whom it is about: of somebody without an account the nomination, invitation or request."""


class Judge:
    """Answers from the rows as they are when it is made."""

    def __init__(self, app: Flask, places: dict[int, Place], now: datetime) -> None:
        self._rows: Rows = snapshot(app)
        self._places, self._now = places, now
        self._parties = cache(self._parties_of)
        self._readers = cache(self._readers_of)

    def of_table(self, name: str) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
        """Keys and rows of a table."""
        return [(key, row) for (table, key), row in self._rows.items() if table == name]

    def allows(self, whom: Whom, sighting: Sighting, *, is_act: bool) -> bool:
        """Whether the table of visibility gives this; `is_act`: by a POST, which is recorded."""
        place = self._places[sighting.number]
        row = self._rows.get((place.table, place.key))
        if row is None:
            return False
        told, readers = told_by(place.table, place.column, row), self._readers(whom.actor, place)
        if whom.row in self._parties(place.table, place.key).rows:
            readers |= {Reader.PERSON}
        if not isinstance(told, Datum):
            return bool(readers & told)
        given = access(told, readers, self._consents(place, row))
        if given is Access.FULL:
            return True
        if sighting.is_masked:
            return given >= Access.MASKED
        return is_act and given is Access.ON_REQUEST

    def _consents(self, place: Place, row: dict[str, Any]) -> frozenset[Purpose]:
        if place.table not in ("contact", "user_contact"):
            return frozenset()
        owner = "instructor_id" if place.table == "contact" else "user_id"
        return frozenset(
            one["purpose"]
            for _key, one in self.of_table("consent")
            if one[owner] == row[owner]
            and one["channel"] == row["channel"]
            and one["withdrawn_at"] is None
        )

    def _readers_of(self, actor: Actor, place: Place) -> frozenset[Reader]:
        parties = self._parties(place.table, place.key)
        found = {Reader.PUBLIC}
        if actor.standings:
            found.add(Reader.MEMBER)
        if actor.coordinates(None) or any(actor.coordinates(code) for code in parties.regions):
            found.add(Reader.COORDINATOR)
        books = actor.user_id in parties.users or actor.organisation_ids & parties.organisations
        teaches = actor.instructor_ids & parties.instructors
        if place.table in TWO_SIDED:
            found |= {Reader.PERSON} if books else set()
            if teaches or self._may_claim(actor, place):
                found.add(Reader.COUNTERPART)
        elif books or teaches:
            found.add(Reader.PERSON)
        if place.table in ("contact", "user_contact", "user"):
            found |= self._towards(actor, place.table, parties)
        return frozenset(found)

    def _may_claim(self, actor: Actor, place: Place) -> bool:
        """Whether a published need asks this instructor, who teaches in its city."""
        row = self._rows.get((place.table, place.key)) if place.table == "branch_order" else None
        if row is None or row["published_at"] is None or row["state"] != OrderState.OPEN:
            return False
        homes = [self._rows["instructor", (one,)]["region_code"] for one in actor.instructor_ids]
        return any(scope_prefix(row["region_code"])[:4] == home[:4] for home in homes)

    def _towards(self, actor: Actor, table: str, parties: Parties) -> set[Reader]:
        """Capacities towards a person by lectures and by grants."""
        found = set()
        for (name, key), row in self._rows.items():
            if name not in ("lecture", "contact_request", "branch_order", "message_thread"):
                continue
            sides = self._parties(name, key)
            if not (self._is_in(actor, sides) and self._share(parties, sides)):
                continue
            if table == "user" or (name == "lecture" and self._stands(row)):
                found.add(Reader.COUNTERPART)
            is_granted = name == "contact_request" and str(row["state"]) == "granted"
            if is_granted and row["expires_at"] > self._now:
                found.add(Reader.GRANTED)
        return found

    def _stands(self, row: dict[str, Any]) -> bool:
        over: datetime = row["ends_at"] + CONTACT_DAYS
        return row["state"] in STANDS and self._now < over

    @staticmethod
    def _is_in(actor: Actor, sides: Parties) -> bool:
        return bool(
            actor.instructor_ids & sides.instructors or actor.organisation_ids & sides.organisations
        )

    def _share(self, person: Parties, sides: Parties) -> bool:
        members = {
            row["user_id"]
            for _key, row in self.of_table("membership")
            if row["organisation_id"] in sides.organisations
            or row["instructor_id"] in sides.instructors
        }
        return bool(
            person.instructors & sides.instructors or person.users & (sides.users | members)
        )

    def _parties_of(self, table: str, key: tuple[Any, ...]) -> Parties:
        parties = Parties()
        self._collect(table, key, parties)
        if not (parties.regions or parties.instructors or parties.organisations):
            for user_id in set(parties.users):
                self._acts_in(user_id, parties)
        return parties

    def _acts_in(self, user_id: int, parties: Parties) -> None:
        """The regions in which an account acts."""
        for _key, row in self.of_table("membership"):
            if row["user_id"] != user_id:
                continue
            parties.regions |= {row["region_code"]} - {None}
            for name in ("organisation", "instructor"):
                one = self._rows.get((name, (row[f"{name}_id"],)))
                parties.regions |= {one["region_code"]} if one else set()

    def _collect(self, table: str, key: tuple[Any, ...], parties: Parties) -> None:
        row = self._rows.get((table, key))
        if row is None:
            return
        parties.rows.add((table, key))
        if table == "user":
            parties.users.add(key[0])
            return
        if table == "instructor":
            parties.instructors.add(key[0])
        if table == "organisation":
            parties.organisations.add(key[0])
        if row.get("region_code"):
            parties.regions.add(row["region_code"])
        for column in Base.metadata.tables[table].columns:
            for target in column.foreign_keys:
                name = target.column.table.name
                if name != "region" and row[column.name] is not None:
                    self._collect(name, (row[column.name],), parties)


def actor_of(app: Flask, user_id: int | None) -> Actor:
    """Whom somebody acts as."""
    if user_id is None:
        return ANONYMOUS
    with app.app_context():
        return db.session.scalars(select(User).where(User.id == user_id)).unique().one().actor()
