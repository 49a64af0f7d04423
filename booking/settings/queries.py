"""The settings in force, kept by each process and read again every `FRESH_SECONDS`.

One statement, whatever the number of pages. Where the database cannot be read, the values read last
stay in force.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar

from flask import Flask, current_app, g
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from booking.db import db
from booking.errors import Invalid
from booking.settings.engine.declarations import ALL
from booking.settings.engine.kinds import Setting
from booking.settings.models import StoredSetting

FRESH_SECONDS = 2.0
"""After a change on one process the others follow within this time."""

T = TypeVar("T")

STATEMENT = select(
    StoredSetting.key, StoredSetting.value, StoredSetting.changed_at, StoredSetting.changed_by
)


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed a setting last, and when."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The values in force by name, and what was changed on a page."""

    values: Mapping[str, Any]
    changes: Mapping[str, Change]


class _Cache:
    def __init__(self, machine: Mapping[str, Any]) -> None:
        self.machine = dict(machine)
        self.snapshot: Snapshot | None = None
        self.read_at = float("-inf")


def init_app(app: Flask, machine: Mapping[str, Any]) -> None:
    """Attach the settings; `machine` are those that environment variables set, by name."""
    app.extensions["settings"] = _Cache(machine)


def in_force(setting: Setting[T]) -> T:
    """The value in force; the same throughout a request or a job."""
    found: T = current().values[setting.name]
    return found


def current() -> Snapshot:
    """All settings in force."""
    snapshot: Snapshot | None = g.get("settings")
    if snapshot is None:
        snapshot = g.settings = _fresh(_cache())
    return snapshot


def set_by_machine(setting: Setting[Any]) -> bool:
    """Whether an environment variable sets it, which no page can change."""
    return setting.name in _cache().machine


def forget() -> None:
    """Read the settings again at the next use in this process."""
    g.pop("settings", None)
    _cache().read_at = float("-inf")


def _cache() -> _Cache:
    cache: _Cache = current_app.extensions["settings"]
    return cache


def _fresh(cache: _Cache) -> Snapshot:
    now = monotonic()
    if cache.snapshot is not None and now - cache.read_at < FRESH_SECONDS:
        return cache.snapshot
    cache.read_at = now
    try:
        rows = _rows()
    except SQLAlchemyError:
        # The pages that say so need settings, too: those of before, or the defaults.
        rows = []
        if cache.snapshot is not None:
            return cache.snapshot
    stored = {row.key: row.value for row in rows}
    changes = {row.key: Change(row.changed_at, row.changed_by) for row in rows}
    cache.snapshot = Snapshot(_in_force(stored, cache.machine), changes)
    return cache.snapshot


def _rows() -> Sequence[Any]:
    """The stored settings, by the connection that this thread holds already, or by another one.

    A thread that holds a connection and waits for a second one could wait for ever:
    all other threads might do the same.
    """
    session = db.session()
    if session.in_transaction():
        return session.connection().execute(STATEMENT).all()
    with db.engine.connect() as connection:
        return connection.execute(STATEMENT).all()


def _in_force(stored: Mapping[str, Any], machine: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: machine[name] if name in machine else _stored_value(setting, stored)
        for name, setting in ALL.items()
    }


def _stored_value(setting: Setting[Any], stored: Mapping[str, Any]) -> Any:
    """The stored value, or the default if there is none or a release refuses it since."""
    if setting.name not in stored:
        return setting.default
    try:
        return setting.read(stored[setting.name])
    except Invalid:
        return setting.default
