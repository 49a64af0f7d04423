"""Rows about one person in every table that names persons, found in the metadata.

Each text is a token that no other text has, with the person's name and number. For each foreign key
that leads to the person there is a row in which it alone does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Enum,
    ForeignKey,
    LargeBinary,
    String,
    Table,
    insert,
    select,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from booking.db import Base, UTCDateTime
from booking.privacy.erasure.holdings import LINKS_ONLY, STAYS
from tests.factories import NOW

NAME, PHONE, EMAIL = "陈明", "+8612000007351", "canary@example.org"
SHOWN = "12000007351"

OVERRIDES: dict[str, dict[str, Any]] = {
    "branch_order": {"state": "offered"},
    "nomination": {"origin": "self", "organisation_id": None, "trial_at": NOW},
    "join_request": {"state": "waiting", "decided_at": None},
    "feed": {"view": "instructor", "organisation_id": None},
    "passkey": {"usage": "first"},
    "proposal": {"state": "refused"},
    "rendered_event": {"owner_id": 999},
    "outside_calendar": {"kind": "address"},
    "topic": {"minutes": 60, "audiences": (), "formats": ()},
    "date_override": {"start_minute": 60, "end_minute": 120},
    "weekly_block": {"start_minute": 60, "end_minute": 120},
    "timetable_block": {"start_minute": 60, "end_minute": 120},
    "leaving": {"state": "taken_back", "memberships": []},
    "timetable": {"every_weeks": 1, "week_of": None},
    "import_draft": {"state": "open"},
    "portrait": {"image": b"canary"},
    "contact_request": {"state": "granted"},
}

OF_OTHERS = {
    ("nomination", "user_id"): {"phone", "email"},
    ("reveal", "reader_id"): {"hint"},
}
"""Contacts of somebody else in rows in which the person only acted."""

Key = tuple[str, bool]


def plain_type(column: Column[Any]) -> Any:
    """The type of a column without decoration."""
    kind = column.type
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


def holds_text(column: Column[Any]) -> bool:
    """Whether a text about somebody can stand in it."""
    kind = plain_type(column)
    return isinstance(kind, String | JSON | LargeBinary) and not isinstance(kind, Enum)


def concerned() -> set[str]:
    """The tables that name an account or an entry, directly or by another table."""
    found = {"user", "instructor"}
    while True:
        more = {
            table.name
            for table in Base.metadata.tables.values()
            if any(key.column.table.name in found for key in table.foreign_keys)
        }
        if more <= found:
            return found
        found |= more


class Planter:
    """Makes the rows; `tokens` are the planted tokens by table and column."""

    def __init__(self, session: Session, mine: dict[str, Any], others: dict[str, Any]) -> None:
        self.session = session
        self.known: dict[Key, Any] = {(name, True): key for name, key in mine.items()}
        self.known |= {(name, False): key for name, key in others.items()}
        self.number = count(1000)
        self.made: dict[tuple[str, str | None], Any] = {}
        self.tokens: dict[str, str] = {}

    def plant(self) -> None:
        """One row for each foreign key that leads to the person."""
        for name in sorted(concerned() - {"user", "instructor"}):
            table = Base.metadata.tables[name]
            if not any(holds_text(one) and not one.foreign_keys for one in table.columns):
                continue
            for key in self._leading(table):
                if f"{name}.{key.parent.name}" not in LINKS_ONLY:
                    self.row(table, key.parent.name)

    def _leading(self, table: Table) -> Iterator[ForeignKey]:
        reached = concerned()
        for key in sorted(table.foreign_keys, key=lambda one: str(one.parent.name)):
            # Rows that name a topic name its instructor as well.
            if key.column.table.name in reached - {"topic", table.name}:
                yield key

    def key_of(self, name: str, mine: bool) -> Any:
        """The key of a row of a table, which is about the person or about others."""
        if (name, mine) not in self.known:
            table = Base.metadata.tables[name]
            leading = [
                key.parent.name
                for key in self._leading(table)
                if f"{name}.{key.parent.name}" not in LINKS_ONLY
            ]
            preferred = [one for one in leading if "instructor" in one or "lecture" in one]
            by = next(iter(preferred or leading), None)
            self.known[name, mine] = self.row(table, by if mine else None)
        return self.known[name, mine]

    def row(self, table: Table, by: str | None) -> Any:
        """Insert a row in which the foreign key `by` leads to the person; returns its key."""
        if (table.name, by) in self.made:
            return self.made[table.name, by]
        values = {}
        for column in table.columns:
            if column.primary_key and column is table.autoincrement_column:
                continue
            value = self._value(table, column, by)
            if value is not None:
                values[column.name] = value
        values |= OVERRIDES.get(table.name, {})
        if table.name == "invitation":
            values["role"] = "instructor" if "instructor_id" in values else "admin"
        if table.name == "feed" and values.get("instructor_id") is None:
            values |= {"view": "branch", "organisation_id": self.key_of("organisation", False)}
        made: Any = self.session.execute(insert(table).values(values))
        self.made[table.name, by] = made.inserted_primary_key[0]
        return made.inserted_primary_key[0]

    def _value(self, table: Table, column: Column[Any], by: str | None) -> Any:
        for key in column.foreign_keys:
            target, mine = key.column.table.name, column.name == by
            if not mine and (column.nullable or target == table.name):
                return None
            return self.key_of(target, mine)
        if holds_text(column):
            return self._text(table, column, by)
        return self._plain(column)

    def _text(self, table: Table, column: Column[Any], by: str | None) -> Any:
        label, kind = f"{table.name}.{column.name}", plain_type(column)
        token = f"k{next(self.number)}k"
        text = f"{token}{NAME}{SHOWN}"
        others = by is None or column.name in OF_OTHERS.get((table.name, by), ())
        if label in STAYS or others:
            text = f"s{next(self.number)}"
        else:
            self.tokens[token] = label
        if isinstance(kind, JSON):
            return {"a": [text]}
        if isinstance(kind, LargeBinary):
            return text.encode()
        return text[: kind.length] if kind.length else text

    def _plain(self, column: Column[Any]) -> Any:
        kind = plain_type(column)
        if isinstance(kind, Enum):
            members = kind.enum_class
            return None if column.nullable else next(iter(members))  # type: ignore[arg-type]
        if isinstance(column.type, UTCDateTime):
            return None if column.nullable else _instant(column.name, next(self.number))
        if isinstance(kind, Date):
            return None if column.nullable else date(2020, 1, 1)
        if column.nullable:
            return None
        return False if isinstance(kind, Boolean) else 1


def _instant(name: str, number: int) -> datetime:
    """Rows do not overlap: `number` grows with each value."""
    later = name.startswith(("ends", "ended", "expires", "due"))
    return NOW - timedelta(days=900) + timedelta(hours=number + 0.5 if later else number)


def dump(session: Session) -> dict[str, str]:
    """All that stands in the database, by table and column, as one text."""
    found: dict[str, str] = {}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if holds_text(column) or isinstance(plain_type(column), String):
                values = session.scalars(select(column)).all()
                found[f"{table.name}.{column.name}"] = "\n".join(map(_as_text, values))
    return found


def _as_text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
