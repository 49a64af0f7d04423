"""What robots are told: number, day, district, field and a link; nobody's name, no telephone
number, no text that somebody typed. Whoever is in the group reads it without signing in.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts.models import Region
from booking.accounts.successors.queries import present_organisation
from booking.errors import Text
from booking.instructors.models import Field, Instructor
from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.states import EventKind, State
from booking.lectures.models import Lecture
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.robots.engine.subjects import RobotSubject
from booking.notifications.robots.models import Robot
from booking.notifications.robots.queries import Waiting, told, waiting
from booking.notifications.robots.service import queue
from booking.orders.engine.events import OrderEvent
from booking.orders.engine.lifecycle import OrderEventKind
from booking.orders.models import Order
from booking.sentences import N_

WAITS = frozenset(
    {
        OrderEventKind.PLACED,
        OrderEventKind.RETURNED,
        OrderEventKind.REOPENED,
        OrderEventKind.CLAIMED,
    }
)
"""The events of orders after which a coordinator has to act."""


def tell_of_order(session: Session, event: OrderEvent, *, event_id: int, now: datetime) -> None:
    """Tell the groups of a region that a need waits for its coordinators."""
    if event.kind not in WAITS or event.guest or event.next or not event.first:
        return
    robots = told(session, RobotSubject.ORDER, [event.region_code])
    if not robots:
        return
    order = session.get(Order, event.order_id)
    claimed = event.kind is OrderEventKind.CLAIMED
    headline = (
        N_("An instructor would give a published lecture")
        if claimed
        else N_("A need waits for an instructor")
    )
    with _language():
        text = _text(
            session,
            headline,
            number=event.number,
            day=i18n.local(event.starts_at).date() if event.starts_at else None,
            region_code=event.region_code,
            field=_field_of_order(session, order),
            path=f"/orders/{event.number}",
        )
    _queue(session, robots, text, event_id, now)


def tell_of_lecture(session: Session, event: LectureEvent, *, event_id: int, now: datetime) -> None:
    """Tell of a request that waits for review, or that nobody answered in time."""
    if event.kind is EventKind.SUBMITTED:
        _tell(session, event, RobotSubject.REVIEW, N_("A request waits for review"), event_id, now)
    if event.kind is EventKind.EXPIRED:
        headline = N_("Nobody answered a request in time")
        _tell(session, event, RobotSubject.OVERDUE, headline, event_id, now)


def tell_of_reminder(
    session: Session, event: LectureEvent, *, event_id: int, now: datetime
) -> None:
    """Tell of a request whose answer is due within a day."""
    headline = N_("The answer to a request is due by tomorrow")
    _tell(session, event, RobotSubject.OVERDUE, headline, event_id, now)


def _tell(
    session: Session,
    event: LectureEvent,
    subject: RobotSubject,
    headline: Text,
    event_id: int,
    now: datetime,
) -> None:
    robots = told(session, subject, _regions_of(session, event))
    if not robots:
        return
    lecture = session.get_one(Lecture, event.lecture_id)
    field = lecture.topic.field if lecture.topic is not None else None
    with _language():
        text = _text(
            session,
            headline,
            number=event.number,
            day=i18n.local(event.starts_at).date(),
            region_code=lecture.region_code,
            field=field,
            path=f"/lectures/{event.number}",
        )
    _queue(session, robots, text, event_id, now)


def _regions_of(session: Session, event: LectureEvent) -> Iterator[str]:
    """The branch's region; of a request that was passed on also the instructor's."""
    yield present_organisation(session, event.organisation_id).region_code
    if State.SUBMITTED not in (event.state, event.source):
        yield session.get_one(Instructor, event.instructor_id).region_code


def tell_how_much_waits(session: Session, robot: Robot, *, now: datetime) -> None:
    """Queue the summary of one region; nothing where nothing waits."""
    found = waiting(session, robot.region_code)
    if not found.total:
        return
    with _language():
        text = _summary(session, robot.region_code, found)
    queue(session, robot, text, kind=MessageKind.DIGEST, now=now)


def trial_text(robot: Robot) -> str:
    """The test message, in the installation's first language."""
    with _language():
        return "\n".join(
            (
                _headline(N_("Test message")),
                _("This group is told what waits. If you can read this, the robot is set up."),
            )
        )


def _summary(session: Session, region_code: str, found: Waiting) -> str:
    lines = [
        _headline(N_("What waits today")),
        _line(_("District"), _region(session, region_code)),
        _line(_("Needs without an instructor"), str(found.orders)),
        _line(_("Requests to review"), str(found.reviews)),
        _line(_("Requests without an answer"), str(found.answers)),
        _line(_("Open"), f"{current_app.config['BASE_URL']}/board"),
    ]
    return "\n".join(lines)


def _text(
    session: Session,
    headline: Text,
    *,
    number: str,
    day: date | None,
    region_code: str,
    field: Field | None,
    path: str,
) -> str:
    lines = [_headline(headline), _line(_("Reference number"), number)]
    if day is not None:
        lines.append(_line(_("Date"), i18n.format_short_day(day)))
    lines.append(_line(_("District"), _region(session, region_code)))
    if field is not None:
        lines.append(_line(_("Field"), i18n.data_name(field.name, field.name_en)))
    lines.append(_line(_("Open"), f"{current_app.config['BASE_URL']}{path}"))
    return "\n".join(lines)


def _headline(words: Text) -> str:
    """The name of the site comes first: it can be the keyword by which a group admits messages."""
    return f"{i18n.site_name()}{i18n.colon()}{words}"


def _line(name: str, value: str) -> str:
    return f"{name}{i18n.colon()}{value}"


def _region(session: Session, code: str) -> str:
    region = session.get(Region, code)
    return "" if region is None else i18n.data_name(region.name, region.name_en)


def _field_of_order(session: Session, order: Order | None) -> Field | None:
    if order is None:
        return None
    if order.topic is not None:
        return order.topic.field
    return session.get(Field, order.field_id) if order.field_id is not None else None


def _queue(session: Session, robots: list[Robot], text: str, event_id: int, now: datetime) -> None:
    for robot in robots:
        queue(session, robot, text, kind=MessageKind.ANSWER, event_id=event_id, now=now)


def _language() -> force_locale:
    return force_locale(i18n.languages()[0])
