"""Texts about lectures: to whom an event is told by telephone, with which facts.

A text never takes the place of a mail to somebody else: coordinators are told what concerns an
instructor without a mail address, as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts.models import User
from booking.accounts.successors.queries import present_organisation
from booking.lectures.engine.agreement import Approver
from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.states import Side
from booking.notifications.choices.engine.ways import MessageWay, is_urgent
from booking.notifications.choices.service import send_at
from booking.notifications.engine.kinds import MessageKind, kind_of
from booking.notifications.engine.messages import Message, Who
from booking.notifications.models import Delivery
from booking.notifications.texts import queries
from booking.notifications.texts.engine.wordings import TextTemplate
from booking.notifications.texts.text_queue import language_of_texts, queue_text
from booking.notifications.texts.words import STATES
from booking.settings import text_service
from booking.settings.engine.text_declarations import TextService

_TEMPLATES = {
    MessageKind.ANSWER: TextTemplate.ANSWER,
    MessageKind.CALENDAR: TextTemplate.CALENDAR,
    MessageKind.REMINDER: TextTemplate.REMINDER,
}

START = "/start"
"""Where the links of approved templates lead: to what waits for whoever signs in."""


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What a text tells of a lecture: no person, no room, no remark."""

    number: str
    starts_at: datetime
    region: str
    online: bool
    title: str


def write_texts(
    session: Session,
    event: LectureEvent,
    about: tuple[Message, ...],
    event_id: int,
    now: datetime,
) -> list[Delivery]:
    """Queue the texts about one event of a lecture, one for each number."""
    if text_service.chosen() is TextService.NONE:
        return []
    facts = TextFacts(event.number, event.starts_at, event.region, event.online, event.title)
    written: dict[int, Delivery] = {}
    for message in about:
        kind = kind_of(message.template)
        for user in _users(session, message, event) if kind in queries.TEXTED else ():
            if user.id in written or not queries.wants_texts(session, user, kind):
                continue
            delivery = queue_about(
                session,
                user,
                kind,
                facts,
                state=message.template,
                event_id=event_id,
                now=now,
                urgent=_is_urgent(event, kind, now),
            )
            delivery.lecture_id = event.lecture_id
            if delivery.next_try_at == now:
                # As of mails: due in the order of the events.
                delivery.next_try_at = min(event.at, now)
            # The last that this reader gets about the lecture: no later one replaces it.
            delivery.sequence = None if message.who is Who.EARLIER else event.sequence
            written[user.id] = delivery
    return list(written.values())


def queue_about(
    session: Session,
    user: User,
    kind: MessageKind,
    facts: TextFacts,
    *,
    event_id: int | None,
    now: datetime,
    state: str = "",
    urgent: bool = False,
) -> Delivery:
    """Queue one text about a lecture; `state` is the folder of the mail that says the same.

    It waits for the end of the reader's quiet hours, unless it is `urgent`.
    """
    base = current_app.config["BASE_URL"]
    with force_locale(language_of_texts(user)):
        values = _values(facts)
        if kind is MessageKind.CALENDAR:
            values["state"] = str(STATES[state])
    by_template = text_service.chosen() is TextService.TENCENT
    return queue_text(
        session,
        user=user,
        template=_TEMPLATES[kind],
        values=values,
        link=f"{base}{START}" if by_template else f"{base}/lectures/{facts.number}",
        kind=kind,
        event_id=event_id,
        now=now,
        goes_out=send_at(session, user, MessageWay.TEXT, kind, urgent=urgent, now=now),
    )


def _values(facts: TextFacts) -> dict[str, str]:
    start = i18n.local(facts.starts_at)
    return {
        "day": _day(start.date()),
        "time": i18n.format_clock(start),
        "district": _("online") if facts.online else facts.region,
        "topic": facts.title,
    }


def _day(day: date) -> str:
    """12月5日, or 5 Dec: six characters at most."""
    if i18n.is_chinese():
        return f"{day.month}月{day.day}日"
    return f"{day.day} {i18n.MONTHS_EN[day.month - 1]}"


def _is_urgent(event: LectureEvent, kind: MessageKind, now: datetime) -> bool:
    """Whether a change of a lecture is so near that it rings in quiet hours, too."""
    before = () if event.before is None else (event.before.starts_at,)
    return kind is MessageKind.CALENDAR and is_urgent(now, event.starts_at, *before)


def _users(session: Session, message: Message, event: LectureEvent) -> Iterator[User]:
    """The people with a number whom a message concerns."""
    if message.who is Who.EARLIER and event.before is not None:
        yield from queries.instructor_users(session, event.before.instructor_id)
    elif message.who is Who.PENDING and event.proposal is not None:
        for approver in event.proposal.pending:
            yield from _approvers(session, approver, message.side, event)
    elif message.who is Who.REVIEWERS:
        yield from _reviewers(session, event)
    elif message.who is Who.SIDE and message.side is Side.BRANCH:
        yield from queries.contacts_of(session, event.organisation_id)
    elif message.who is Who.SIDE:
        yield from queries.instructor_users(session, event.instructor_id)


def _approvers(
    session: Session, approver: Approver, side: Side, event: LectureEvent
) -> Iterator[User]:
    assert event.proposal is not None
    if approver is Approver.INSTRUCTOR and side is Side.INSTRUCTOR:
        asked = event.proposal.options[0].instructor_id
        yield from queries.instructor_users(session, asked)
    elif approver is Approver.BRANCH and side is Side.BRANCH:
        yield from queries.contacts_of(session, event.organisation_id)
    elif approver is Approver.REVIEWER and side is Side.BRANCH:
        yield from _reviewers(session, event)


def _reviewers(session: Session, event: LectureEvent) -> list[User]:
    region = present_organisation(session, event.organisation_id).region_code
    return queries.coordinators(session, region)
