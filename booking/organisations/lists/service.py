"""Import a list of organisations: what it would change, and the change. All or nothing.

The caller owns the transaction.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from booking import audit
from booking.accounts.engine.permissions import NOTHING, allowed
from booking.accounts.engine.roles import Actor
from booking.accounts.models import Organisation, Region
from booking.db import unit_of_work
from booking.errors import Forbidden, Invalid
from booking.exports.kinds import Asked, Kind, Progress
from booking.organisations.engine.filters import Filters, read_filters
from booking.organisations.lists import export
from booking.organisations.lists.engine.organisation_rows import (
    CellProblem,
    OrganisationRow,
    UnitColumn,
    read_rows,
)
from booking.organisations.lists.engine.tables import Table
from booking.organisations.queries import every, may_edit
from booking.organisations.service import record
from booking.sentences import N_
from booking.workbooks import files
from booking.workbooks.files import FileKind

PERMISSION = "organisation.edit"

KIND = "organisations"
"""The kind of the file (`exports.kinds`)."""

OUTSIDE = N_("This region is not one of yours.")


class Effect(enum.StrEnum):
    """What the import of a row would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Planned:
    """One row: what it does, and for a known organisation each value before and after."""

    row: OrganisationRow
    effect: Effect
    organisation: Organisation | None = None
    changes: tuple[tuple[UnitColumn, object, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows in the order of the list, and the problems that forbid the import."""

    rows: Sequence[Planned]
    problems: Sequence[CellProblem]
    columns: Sequence[UnitColumn]

    def count(self, effect: str) -> int:
        """The number of rows with this effect."""
        return sum(one.effect == effect for one in self.rows)


class HasProblems(Invalid):
    """The list has problems, so that nothing of it is imported."""

    def __init__(self) -> None:
        super().__init__(N_("Nothing was imported: correct what is marked, then choose it again."))


def plan(session: Session, table: Table, actor: Actor, *, lock: bool = False) -> Plan:
    """What the import of a table would do. Three queries."""
    regions = session.execute(select(Region.code, Region.name, Region.merged_into_code)).all()
    codes = {code: present or code for code, _name, present in regions}
    # The lower region where names repeat; a region that still has the name goes before an alias.
    ordered = sorted(regions, key=lambda one: (one[2] is None, one[0]))
    reading = read_rows(table, codes, {name: codes[code] for code, name, _present in ordered})
    problems, rows = list(reading.problems), []
    known = _known(session, {row.region for row in reading.rows}, lock)
    taken: dict[int, int] = {}
    for row in reading.rows:
        organisation = known.get((row.region, row.name))
        wrong = _refused(row, organisation, actor, taken)
        if wrong is None:
            rows.append(_planned(row, organisation))
        else:
            problems.append(wrong)
    problems.sort(key=lambda one: one.row)
    return Plan(rows, problems, reading.columns)


def _known(session: Session, regions: set[str], lock: bool) -> dict[tuple[str, str], Organisation]:
    """The organisations by region and name; a name that was merged leads to who took it in."""
    query = select(Organisation).where(Organisation.region_code.in_(regions))
    query = query.options(lazyload(Organisation.region)).order_by(Organisation.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).all()
    outside = {one.merged_into_id for one in found} - {one.id for one in found} - {None}
    by_id = {one.id: one for one in found}
    if outside:
        by_id |= {
            one.id: one
            for one in session.scalars(select(Organisation).where(Organisation.id.in_(outside)))
        }
    return {(one.region_code, one.name): by_id[one.merged_into_id or one.id] for one in found}


def _refused(
    row: OrganisationRow, organisation: Organisation | None, actor: Actor, taken: dict[int, int]
) -> CellProblem | None:
    """Why a row is refused whose cells are right in themselves."""
    region = organisation.region_code if organisation is not None else row.region
    if not may_edit(actor, row.region) or not may_edit(actor, region):
        return CellProblem(row.row, "", str(UnitColumn.REGION), row.region, OUTSIDE)
    if organisation is not None:
        earlier = taken.setdefault(organisation.id, row.row)
        if earlier != row.row:
            again = N_("This is the branch of row %(row)s: its name leads there.", row=earlier)
            return CellProblem(row.row, "", "", row.name, again)
    return None


def _planned(row: OrganisationRow, organisation: Organisation | None) -> Planned:
    if organisation is None:
        return Planned(row, Effect.NEW)
    changes = tuple(
        (column, before, after)
        for column, after in row.values
        if (before := _value(organisation, column)) != after
    )
    return Planned(row, Effect.CHANGED if changes else Effect.UNCHANGED, organisation, changes)


def _value(organisation: Organisation, column: UnitColumn) -> object:
    if column is UnitColumn.CLOSED:
        return organisation.closed_reason
    return getattr(organisation, column.value)


def import_table(
    session: Session, table: Table, *, filename: str, actor: Actor, now: datetime
) -> Plan:
    """Import a table; returns what was done. Raises `HasProblems`, and changes nothing then."""
    done = plan(session, table, actor, lock=True)
    if done.problems:
        raise HasProblems()
    for one in done.rows:
        if one.effect is Effect.NEW:
            session.add(_new(one.row, now))
        elif one.effect is Effect.CHANGED and one.organisation is not None:
            _change(session, one, one.organisation, now)
    session.flush()
    audit.record(
        session,
        audit.Action.ORGANISATIONS_LOADED,
        detail={
            "file": filename,
            "added": done.count(Effect.NEW),
            "changed": done.count(Effect.CHANGED),
            "unchanged": done.count(Effect.UNCHANGED),
        },
    )
    return done


def _new(row: OrganisationRow, now: datetime) -> Organisation:
    added = Organisation(name=row.name, region_code=row.region, reviews=False)
    for column, value in row.values:
        _set(added, column, value, now)
    return added


def _change(session: Session, one: Planned, organisation: Organisation, now: datetime) -> None:
    detail: dict[str, object] = {}
    for column, before, after in one.changes:
        _set(organisation, column, after, now)
        detail["reason" if column is UnitColumn.CLOSED else column.value] = [before, after]
    record(session, audit.Action.ORGANISATION_CHANGED, organisation, detail)


def _set(organisation: Organisation, column: UnitColumn, value: object, now: datetime) -> None:
    if column is UnitColumn.CLOSED:
        organisation.closed_reason = str(value)
        organisation.closed_at = (organisation.closed_at or now) if value else None
    else:
        setattr(organisation, column.value, value)


def exported(
    session: Session,
    who: Actor,
    by: audit.By,
    filters: Filters,
    filename: str,
    progress: Progress = lambda _done: None,
) -> bytes:
    """The organisations that the filters show, as a file; the export is recorded.

    Reads, ends the reading, and records in a transaction of its own.
    """
    lines = export.rows(every(session, who, filters))
    session.rollback()
    progress(len(lines))
    kind = FileKind(filename.rpartition(".")[2])
    data = files.written(kind, filename.rpartition(".")[0], export.header(), lines)
    with unit_of_work() as writing:
        detail = {"file": filename, "rows": len(lines)}
        audit.record(writing, audit.Action.EXPORTED, by=by, detail=detail)
    return data


def _make(session: Session, asked: Asked, progress: Progress) -> bytes:
    if not allowed(PERMISSION, asked.actor):
        raise Forbidden()
    filters = read_filters(asked.choice)
    return exported(session, asked.actor, asked.by, filters, asked.filename, progress)


EXPORT = Kind(PERMISSION, lambda _choice: NOTHING, _make)
"""The list of organisations as a kind of files that the worker makes."""
