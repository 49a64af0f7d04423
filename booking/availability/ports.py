"""What this feature asks of lectures, which stand above it; `create_app` hands it in."""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from sqlalchemy.orm import Session

from booking.availability.engine.offers import Availability, Booked

_KEY = "lecture_port"


class HoursAndHolds(Protocol):
    """What decides about some days of some instructors; `lectures.queries.Schedules` is one."""

    @property
    def known(self) -> dict[int, Availability]:
        """Hours and rules by instructor."""

    @property
    def taken(self) -> dict[int, list[Booked]]:
        """Holds by instructor."""


class ScheduleReader(Protocol):
    """Reads hours and holds of some instructors from day `first` to day `last`, inclusive."""

    def __call__(
        self,
        session: Session,
        instructor_ids: Collection[int],
        /,
        *,
        first: date,
        last: date,
        now: datetime,
        zone: ZoneInfo,
    ) -> HoursAndHolds:
        """The hours and holds."""


class UidReader(Protocol):
    """Finds the iCalendar UIDs that belong to lectures of this installation."""

    def __call__(self, session: Session, uids: Sequence[str], /) -> frozenset[str]:
        """Those of `uids` (at most some thousands) that do."""


@dataclass(frozen=True, slots=True)
class PromisedLecture:
    """A lecture that is requested or confirmed, as the owner of the hours sees it."""

    number: str
    state: enum.StrEnum
    title: str
    starts_at: datetime
    ends_at: datetime
    organisation: str
    closed: bool
    """Whether the hours were closed at its time, by an exception or a suspension."""
    told_at: datetime | None
    """When its branch was told so."""


class PromiseReader(Protocol):
    """Reads the lectures that an instructor has promised and that are not over, the next first."""

    def __call__(
        self, session: Session, instructor_id: int, /, *, now: datetime, zone: ZoneInfo
    ) -> Sequence[PromisedLecture]:
        """The lectures."""


class DayReader(Protocol):
    """Reads the lectures that are promised on some days, in order of their beginning."""

    def __call__(
        self, session: Session, days: Collection[date], /, *, now: datetime, zone: ZoneInfo
    ) -> Sequence[LectureOnDay]:
        """The lectures that are not over."""


@dataclass(frozen=True, slots=True)
class LectureOnDay:
    """A promised lecture on a day whose kind changes."""

    day: date
    number: str
    title: str
    starts_at: datetime
    ends_at: datetime
    organisation: str
    instructor: str


@dataclass(frozen=True, slots=True)
class LecturePort:
    """The functions of lectures that availability calls."""

    schedules: ScheduleReader
    known_uids: UidReader
    promised: PromiseReader
    on_days: DayReader


def connect(app: Flask, port: LecturePort) -> None:
    """Hand in the functions of lectures."""
    app.extensions[_KEY] = port


def lecture_port() -> LecturePort:
    """The functions of lectures that were handed in."""
    port = current_app.extensions[_KEY]
    assert isinstance(port, LecturePort)
    return port
