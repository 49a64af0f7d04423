"""Passes the answer of a person on to the other side, as a message of the pages.

The caller owns the transaction. What the pages refuse is raised as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.contacts.threads import queries as thread_queries
from booking.contacts.threads import service as threads
from booking.contacts.threads.engine.events import ThreadSide
from booking.contacts.threads.service import Parts
from booking.errors import Forbidden, Invalid
from booking.lectures.counterparts import queries as counterparts
from booking.lectures.models import Lecture
from booking.notifications.mail_queue import language_of
from booking.notifications.models import Delivery
from booking.outbox import service as outbox
from booking.replies import queries, words
from booking.replies.engine.contents import Incoming
from booking.replies.engine.events import REPLY_TOLD, ReplyNotice, ReplyTold
from booking.replies.engine.outcomes import MailOutcome
from booking.replies.engine.quotations import without_address
from booking.replies.errors import NotByMail
from booking.settings.engine.contact_declarations import CONTACT_DAYS, MESSAGES_PER_DAY
from booking.settings.queries import in_force
from booking.text import is_blank


@dataclass(frozen=True, slots=True)
class Answered:
    """The mail of ours that is answered, and to whom it went."""

    delivery: Delivery
    user: User


def answered(session: Session, mail: Incoming) -> Answered | None:
    """The mail that this one answers, if it went to somebody whose address that still is."""
    delivery = queries.referred(session, mail.refers_to)
    user = None if delivery is None or delivery.user_id is None else session.get(
        User, delivery.user_id
    )  # fmt: skip
    if delivery is None or user is None or not user.active or user.email is None:
        return None
    same = user.email.lower() == delivery.recipient.lower()
    return Answered(delivery, user) if same else None


def relay(session: Session, mail: Incoming, about: Answered, now: datetime) -> MailOutcome:
    """Pass an answer on; raises what the pages raise.

    Who answers is proven by the Message-ID, which only the recipient has seen, and by From.
    """
    if mail.automatic:
        return MailOutcome.AUTOMATIC
    if mail.sender != (about.user.email or "").lower():
        tell(session, about, words.OTHER_ADDRESS, now)
        return MailOutcome.FORGED
    if is_blank(mail.text):
        raise Invalid(words.NOTHING_TYPED)
    parts, side = _sides(session, about, now)
    text = without_address(mail.text, mail.sender)
    if text != mail.text:
        text = f"{text}\n\n{words.in_first_language(words.ADDRESS_LEFT_OUT)}"
    if mail.attachments:
        text = f"{text}\n\n{words.in_first_language(words.LEFT_OUT)}"
    sender = threads.Sender(
        about.user.id, about.user.actor().label, side, in_force(MESSAGES_PER_DAY)
    )
    threads.send(session, parts, text=text, sender=sender, now=now)
    return MailOutcome.RELAYED


def _sides(session: Session, about: Answered, now: datetime) -> tuple[Parts, ThreadSide]:
    """Between whom the message goes, by the rules of the lecture's page or of the thread."""
    who = about.user.actor()
    thread = queries.thread_of(session, about.delivery)
    if thread is not None:
        thread, side = thread_queries.by_id(session, thread.id, who)
        return Parts(thread.reference, thread.instructor_id, thread.organisation_id), side
    lecture_id = about.delivery.lecture_id
    lecture = None if lecture_id is None else session.get(Lecture, lecture_id)
    if lecture is None:
        raise NotByMail(words.NOT_BY_MAIL)
    own = counterparts.side_of(who, lecture)
    if own is None:
        raise Forbidden(words.OF_NO_SIDE)
    if not counterparts.stands(lecture, now, in_force(CONTACT_DAYS)):
        raise NotByMail(words.NOT_STANDING)
    return counterparts.parts(lecture), own


def tell(session: Session, about: Answered, why: object, now: datetime) -> None:
    """Have the worker tell the person to whom the mail went that an answer was not passed on."""
    with language_of(about.user):
        text = str(why)
    lecture_id = about.delivery.lecture_id
    lecture = None if lecture_id is None else session.get(Lecture, lecture_id)
    told = ReplyTold(
        now,
        ReplyNotice.NOT_RELAYED,
        about.user.id,
        "" if lecture is None else lecture.number,
        None if lecture is None else lecture.id,
        text,
    )
    outbox.record(session, REPLY_TOLD, told, now=now)
