"""The rows of a list as texts and numbers, in the language of the reader."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from booking import i18n
from booking.dossiers.lists.engine.columns import Filed, OwnerKind
from booking.dossiers.lists.engine.periods import FiledPeriod
from booking.dossiers.lists.owners import ListOwner
from booking.dossiers.lists.queries import FiledLecture, FiledSums
from booking.dossiers.lists.words import COLUMNS, period_words
from booking.dossiers.names import paper_name
from booking.lectures.engine.states import State
from booking.lectures.records.models import LectureOutcome
from booking.lectures.records.words import OUTCOMES
from booking.lectures.words import AUDIENCES, FORMATS, STATES
from booking.workbooks.engine.sheets import Cell


def head(columns: tuple[Filed, ...]) -> list[str]:
    """The header."""
    return [str(COLUMNS[column]) for column in columns]


def line(
    row: FiledLecture,
    number: int,
    columns: tuple[Filed, ...],
    owner: ListOwner,
    now: datetime,
) -> list[Cell]:
    """One row, in the order of the columns; listeners and hours are numbers."""
    values = _values(row, number, owner, now)
    return [values[column] for column in columns]


def _values(row: FiledLecture, number: int, owner: ListOwner, now: datetime) -> dict[Filed, Cell]:
    lecture, record = row.lecture, row.record
    starts, ends = i18n.local(lecture.starts_at), i18n.local(lecture.ends_at)
    held = record is not None and record.outcome is LectureOutcome.HELD
    if held and record is not None and record.started_at and record.ended_at:
        starts, ends = i18n.local(record.started_at), i18n.local(record.ended_at)
    who, region = lecture.instructor, lecture.region
    hours = record.credit_hours if record is not None else None
    return {
        Filed.NUMBER: number,
        Filed.DAY: starts.date().isoformat(),
        Filed.TIME: f"{starts:%H:%M}{i18n.dash()}{ends:%H:%M}",
        Filed.TOPIC: lecture.title,
        Filed.FIELD: i18n.data_name(row.field.name, row.field.name_en) if row.field else "",
        Filed.INSTRUCTOR: paper_name(who),
        Filed.POST: i18n.listed(text for text in (who.workplace, who.title) if text),
        Filed.BRANCH: lecture.organisation.name,
        Filed.PLACE: f"{i18n.data_name(region.name, region.name_en)}{i18n.space()}{lecture.place}",
        Filed.AUDIENCE: str(AUDIENCES[lecture.audience]) if lecture.audience else "",
        Filed.LISTENERS: record.listeners if record is not None else None,
        Filed.HOURS: float(hours) if hours is not None else None,
        Filed.FORMAT: str(FORMATS[lecture.format]),
        Filed.OUTCOME: outcome(row, now),
        Filed.EVALUATION: _evaluation(row, owner),
        Filed.REMARKS: _remarks(row, owner),
    }


def outcome(row: FiledLecture, now: datetime) -> str:
    """What became of it, in a word."""
    if row.record is not None:
        return str(OUTCOMES[row.record.outcome])
    if row.lecture.state is State.CONFIRMED and row.lecture.ends_at <= now:
        return str(_("Record missing"))
    return str(STATES[row.lecture.state])


def _evaluation(row: FiledLecture, owner: ListOwner) -> str:
    """Whether the branch has evaluated what took place; a branch that takes part is not told."""
    if row.lecture.state is not State.DELIVERED or _is_guest(row, owner):
        return ""
    return str(_("Evaluated") if row.evaluated else _("Not evaluated"))


def _is_guest(row: FiledLecture, owner: ListOwner) -> bool:
    """Whether the list is that of a branch that takes part without being the host."""
    return owner.side is OwnerKind.BRANCH and str(row.lecture.organisation_id) != owner.key


def _remarks(row: FiledLecture, owner: ListOwner) -> str:
    """That it was shared, and the record's note; a branch that takes part reads no note."""
    is_guest = _is_guest(row, owner)
    shared = [_("Shared with other branches")] if row.guests else []
    note = [row.record.note] if row.record is not None and row.record.note and not is_guest else []
    return (
        i18n.join_sentences([*shared, *note])
        if not shared or not note
        else "；".join([*shared, *note])
    )


def sums_line(sums: FiledSums) -> str:
    """共12场，其中已授课10场，听课430人次，36学时。"""
    hours = f"{sums.hours.normalize():f}"
    return str(
        _(
            "Lectures: %(lectures)s, of which %(held)s took place; attendances: %(listeners)s; "
            "credit hours: %(hours)s.",
            lectures=sums.lectures,
            held=sums.held,
            listeners=sums.listeners,
            hours=hours,
        )
    )


def title(owner: ListOwner) -> str:
    """岫云县第一支部授课台账."""
    return str(_("Lectures of %(name)s", name=owner.name))


def file_name(owner: ListOwner, period: FiledPeriod, ending: str) -> str:
    """The name of the file, with the period."""
    return f"{title(owner)}-{period_words(period)}.{ending}"
