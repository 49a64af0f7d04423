"""The parts that are known without the features above lectures and orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking import i18n, json_values
from booking.dossiers.names import paper_name
from booking.dossiers.records.parts import DossierPart, DossierReader, Part
from booking.lectures.attendees import queries as attendees
from booking.lectures.engine.facts import LectureFacts
from booking.lectures.engine.readers import Reads, reads
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import HistoryEntry, Lecture
from booking.lectures.records.queries import record_of
from booking.lectures.records.words import OUTCOMES
from booking.lectures.words import AUDIENCES, FORMATS, PARTIES, STATES, done
from booking.orders.models import Order

Rows = Iterator[tuple[str, str]]

MOVES = frozenset({Command.MOVE, Command.REPLACE, Command.CANCEL, Command.UNDO})
"""The changes of what was promised."""


def lecture_part(
    _session: Session, lecture: Lecture, _reader: DossierReader, _now: datetime
) -> Part | None:
    """What was agreed: who lectures on what, when and where."""
    return Part(_("The lecture"), tuple(_lecture_rows(lecture)))


def _lecture_rows(lecture: Lecture) -> Rows:
    who, region = lecture.instructor, lecture.region
    yield _("Number"), lecture.number
    yield _("Topic"), lecture.title
    if lecture.topic is not None and lecture.topic.field is not None:
        yield _("Field"), i18n.data_name(lecture.topic.field.name, lecture.topic.field.name_en)
    yield _("When"), i18n.format_span(lecture.starts_at, lecture.ends_at)
    yield _("Instructor"), paper_name(who)
    if post := i18n.listed(text for text in (who.workplace, who.title) if text):
        yield _("Workplace and title"), post
    yield _("Branch"), lecture.organisation.name
    place = (i18n.data_name(region.name, region.name_en), lecture.place)
    yield _("Place"), " ".join(place)
    yield _("Format"), str(FORMATS[lecture.format])
    if lecture.audience is not None:
        yield _("Audience"), str(AUDIENCES[lecture.audience])
    if lecture.attendees is not None:
        yield _("Expected listeners"), str(lecture.attendees)
    yield _("State"), str(STATES[lecture.state])


def need_part(
    session: Session, lecture: Lecture, reader: DossierReader, _now: datetime
) -> Part | None:
    """The order or request from which it came, for the side of the branch."""
    asked = lecture.history[0]
    if not reader.keeps_attendees:
        order = _own_order(session, lecture, reader)
        return None if order is None else Part(_("Need"), tuple(_order_rows(order)))
    order = session.scalars(
        select(Order).where(
            or_(Order.lecture_id == lecture.id, Order.cancelled_lecture_id == lecture.id)
        )
    ).first()
    rows = list(_order_rows(order)) if order is not None else []
    rows.append((_("Requested"), _by(asked)))
    if lecture.note:
        rows.append((_("Note"), lecture.note))
    return Part(_("Need"), tuple(rows))


def _own_order(session: Session, lecture: Lecture, reader: DossierReader) -> Order | None:
    """The order of a branch that takes part, of this reader."""
    if reader.parties:
        return None
    host = select(Order.id).where(Order.lecture_id == lecture.id).scalar_subquery()
    query = select(Order).where(
        Order.merged_into_id == host,
        Order.organisation_id.in_(reader.actor.organisation_ids),
    )
    return session.scalars(query.order_by(Order.id)).first()


def _order_rows(order: Order) -> Rows:
    yield _("Number of the order"), order.number
    yield _("Placed"), i18n.format_instant(order.created_at)
    if order.subject:
        yield _("What was wanted"), order.subject
    windows = (i18n.format_span(one.starts_at, one.ends_at) for one in order.windows)
    yield _("Possible times"), i18n.listed(windows)
    if order.attendees is not None:
        yield _("Expected listeners"), str(order.attendees)
    if order.equipment:
        yield _("Equipment"), order.equipment
    if order.remarks:
        yield _("Remarks"), order.remarks


def promise_part(
    _session: Session, lecture: Lecture, reader: DossierReader, _now: datetime
) -> Part | None:
    """Who accepted, and when."""
    if not reader.parties:
        return None
    given = [one for one in lecture.history if one.command is Command.CONFIRM]
    rows = tuple((_("Accepted"), _by(one)) for one in given)
    return Part(_("Promise"), rows) if rows else None


def moves_part(
    _session: Session, lecture: Lecture, reader: DossierReader, _now: datetime
) -> Part | None:
    """What changed after it was agreed, with reasons where the reader may read them."""
    rows = []
    for entry in lecture.history:
        allowed = reads(reader.parties, entry.command, entry.target)
        if entry.command in MOVES and allowed is not Reads.NOTHING:
            reason = entry.reason if allowed is Reads.WHOLE else ""
            rows.append((i18n.format_instant(entry.at), _change(entry, reason)))
    return Part(_("What changed"), tuple(rows)) if rows else None


def _change(entry: HistoryEntry, reason: str) -> str:
    words = f"{_actor(entry)}{i18n.space()}{done(entry.command, entry.party)}"
    if entry.facts and entry.command in (Command.MOVE, Command.REPLACE):
        agreed = json_values.read(entry.facts, LectureFacts)
        words += f"{i18n.colon()}{i18n.format_span(agreed.starts_at, agreed.ends_at)}"
    return f"{words}{i18n.colon()}{reason}" if reason else words


def record_part(
    session: Session, lecture: Lecture, reader: DossierReader, _now: datetime
) -> Part | None:
    """What took place: times, outcome, listeners, credit hours."""
    record = record_of(session, lecture.id)
    if record is None:
        return None
    rows = [(_("What happened"), str(OUTCOMES[record.outcome]))]
    if record.started_at is not None and record.ended_at is not None:
        rows.append((_("Took place"), i18n.format_span(record.started_at, record.ended_at)))
    if record.listeners is not None:
        rows.append((_("Listened"), str(record.listeners)))
    if record.credit_hours is not None:
        rows.append((_("Credit hours"), f"{record.credit_hours.normalize():f}"))
    if reader.parties:
        if record.note:
            rows.append((_("Note"), record.note))
        filed_by = " ".join(
            part for part in (str(PARTIES[record.party]), record.actor_name) if part
        )
        rows.append((_("Filed by"), _with_instant(filed_by, record.filed_at)))
    return Part(_("Record"), tuple(rows))


def named_part(
    session: Session, lecture: Lecture, reader: DossierReader, _now: datetime
) -> Part | None:
    """How many were named to take part; their names for the branch's side only."""
    people = attendees.of_lecture(session, lecture.id)
    if not people or not reader.parties:
        return None
    rows = [(_("Number of people named"), str(len(people)))]
    if reader.keeps_attendees:
        rows.append((_("Names"), i18n.listed(one.name for one in people)))
    return Part(_("Named to take part"), tuple(rows))


def _by(entry: HistoryEntry) -> str:
    return _with_instant(_actor(entry), entry.at)


def _with_instant(who: str, instant: datetime) -> str:
    comma = "，" if i18n.is_chinese() else ", "
    return f"{who}{comma}{i18n.format_instant(instant)}"


def _actor(entry: HistoryEntry) -> str:
    if entry.party is Party.SYSTEM:
        return str(PARTIES[entry.party])
    return " ".join(part for part in (str(PARTIES[entry.party]), entry.actor_name) if part)


PARTS: tuple[DossierPart, ...] = (
    lecture_part,
    need_part,
    promise_part,
    moves_part,
    record_part,
    named_part,
)
"""In the order of the paper; what other features know follows."""
