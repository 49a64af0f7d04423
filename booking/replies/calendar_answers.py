"""Acts on a calendar reply, by the services of the pages and as the user who was invited.

The caller owns the transaction. What these services refuse is raised as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking import audit, i18n
from booking.accounts.models import User
from booking.availability.engine.zones import local_instant
from booking.errors import Invalid
from booking.lectures import changes, service
from booking.lectures.engine.agreement import ProposalKind
from booking.lectures.engine.policy import LONGEST_REASON
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import Lecture
from booking.lectures.parties import parties
from booking.lectures.proposals import service as proposals
from booking.lectures.proposals.acts import Acting
from booking.lectures.proposals.options import Wanted
from booking.notifications.mail_queue import language_of
from booking.outbox import service as outbox
from booking.replies import queries, words
from booking.replies.engine.contents import CalendarReply, Incoming
from booking.replies.engine.decisions import Decision, Doubt, Invitation, ReplyAct, decide
from booking.replies.engine.events import REPLY_TOLD, ReplyNotice, ReplyTold
from booking.replies.engine.outcomes import MailOutcome
from booking.replies.engine.senders import is_confirmed
from booking.replies.models import AttendeeReply
from booking.settings.engine.reply_declarations import (
    AUTHENTICATION_SERVER,
    REPLY_PROOF,
    SenderProof,
)
from booking.settings.queries import in_force

IN_PERSON = (Party.INSTRUCTOR, Party.BRANCH)
"""The capacities in which somebody answers by a calendar. Coordinators act on pages."""

_OUTCOMES = {
    ReplyAct.CONFIRM: MailOutcome.CONFIRMED,
    ReplyAct.DECLINE: MailOutcome.DECLINED,
    ReplyAct.ASK: MailOutcome.STANDS,
    ReplyAct.PROPOSE: MailOutcome.PROPOSED,
    ReplyAct.NOTE: MailOutcome.NOTED,
}
_DOUBTS = {
    Doubt.FOREIGN: MailOutcome.FOREIGN,
    Doubt.NOT_INVITED: MailOutcome.FORGED,
    Doubt.FORGED: MailOutcome.FORGED,
    Doubt.UNCONFIRMED: MailOutcome.UNCONFIRMED,
    Doubt.STALE: MailOutcome.STALE,
}


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who answers about which lecture."""

    user: User
    lecture: Lecture
    party: Party | None
    """The capacity in person, or None."""


def act(session: Session, mail: Incoming, reply: CalendarReply, now: datetime) -> MailOutcome:
    """Do what a reply asks for, or refuse it; raises what the services of the pages raise."""
    attendee, decision = assess(session, mail, reply, now)
    if decision.doubt is not None:
        _note_refusal(session, attendee, decision.doubt, now)
        return _DOUBTS[decision.doubt]
    assert attendee is not None
    keep(session, attendee, reply, now)
    _carry_out(session, attendee, reply, decision.act, now)
    audit.record(
        session,
        audit.Action.REPLY_TAKEN,
        about=_about(attendee.lecture),
        by=audit.By(attendee.user.id, attendee.user.label),
        detail={"did": decision.act.value},
    )
    return _OUTCOMES[decision.act]


def assess(
    session: Session, mail: Incoming, reply: CalendarReply, now: datetime
) -> tuple[Attendee | None, Decision]:
    """Who answers, and what follows from it. Locks the lecture."""
    lecture = queries.lecture_of_uid(session, reply.uid)
    if lecture is None:
        return None, decide(reply, None, now=now)
    lecture = changes.locked(session, lecture.number)
    user = queries.invited_user(session, lecture.id, reply.attendee)
    able = parties(user.actor(), lecture) if user else frozenset()
    last = queries.last_reply(session, lecture.id, user.id) if user else None
    known = Invitation(
        state=lecture.state,
        sequence=lecture.sequence,
        invited=user is not None,
        sent_by_attendee=bool(mail.sender) and mail.sender == reply.attendee,
        confirmed_sender=_is_confirmed(session, mail, user),
        last_stamp=last.stamped_at if last else None,
        instructs=Party.INSTRUCTOR in able,
        takes_part=any(party in able for party in IN_PERSON),
    )
    party = next((party for party in IN_PERSON if party in able), None)
    attendee = None if user is None else Attendee(user, lecture, party)
    return attendee, decide(reply, known, now=now)


def _is_confirmed(session: Session, mail: Incoming, user: User | None) -> bool:
    """Whether the sender counts as proven.

    By the provider; or because the mail refers to the Message-ID of a mail to this very user,
    which nobody else has seen.
    """
    if in_force(REPLY_PROOF) == SenderProof.NAMED:
        return True
    if is_confirmed(mail.sender, mail.authentication, in_force(AUTHENTICATION_SERVER)):
        return True
    delivery = queries.referred(session, mail.refers_to)
    return user is not None and delivery is not None and delivery.user_id == user.id


def keep(session: Session, attendee: Attendee, reply: CalendarReply, now: datetime) -> None:
    """Store a reply as the last one of its attendee."""
    row = queries.last_reply(session, attendee.lecture.id, attendee.user.id)
    if row is None:
        row = AttendeeReply(lecture_id=attendee.lecture.id, user_id=attendee.user.id)
        session.add(row)
    row.answer, row.sequence = reply.answer, reply.sequence
    row.stamped_at, row.received_at = reply.stamped_at, now
    session.flush()


def _carry_out(
    session: Session, attendee: Attendee, reply: CalendarReply, what: ReplyAct, now: datetime
) -> None:
    match what:
        case ReplyAct.CONFIRM:
            _command(session, attendee, Command.CONFIRM, "", now)
        case ReplyAct.DECLINE:
            _command(session, attendee, Command.DECLINE, _reason(reply), now)
        case ReplyAct.PROPOSE:
            _propose(session, attendee, reply, now)
        case ReplyAct.ASK:
            tell(session, attendee, ReplyNotice.STANDS, now)
        case _:
            pass


def _command(
    session: Session, attendee: Attendee, command: Command, reason: str, now: datetime
) -> None:
    service.apply_command(
        session,
        number=attendee.lecture.number,
        command=command,
        parties=_capacity(attendee),
        user_id=attendee.user.id,
        now=now,
        reason=reason,
    )


def _propose(session: Session, attendee: Attendee, reply: CalendarReply, now: datetime) -> None:
    lecture = attendee.lecture
    starts_at = _instant(reply.starts, lecture)
    ends_at = _instant(reply.ends, lecture) if reply.ends else None
    if starts_at is None:
        raise Invalid(words.NO_TIME)
    if ends_at is not None and ends_at - starts_at != lecture.ends_at - lecture.starts_at:
        raise Invalid(words.OTHER_LENGTH)
    proposals.propose(
        session,
        number=lecture.number,
        kind=ProposalKind.MOVE,
        wanted=[Wanted(starts_at, lecture.region_code, lecture.place, lecture.format)],
        acting=Acting(_capacity(attendee), attendee.user.id, now, reply.comment[:LONGEST_REASON]),
        zone=i18n.zone(),
    )


def _capacity(attendee: Attendee) -> frozenset[Party]:
    return frozenset() if attendee.party is None else frozenset({attendee.party})


def _reason(reply: CalendarReply) -> str:
    """The comment of a calendar, which the other side sees; else that it had none."""
    if reply.comment:
        return reply.comment[:LONGEST_REASON]
    return words.in_first_language(words.DECLINED_BY_CALENDAR)


def _instant(text: str, lecture: Lecture) -> datetime | None:
    """An instant of a calendar; a floating one is in the zone of the lecture."""
    if not text:
        return None
    value = datetime.fromisoformat(text)
    if value.utcoffset() is not None:
        return value
    return local_instant(value.date(), value.hour * 60 + value.minute, ZoneInfo(lecture.time_zone))


def tell(
    session: Session, attendee: Attendee, notice: ReplyNotice, now: datetime, why: object = ""
) -> None:
    """Have the worker tell somebody what became of their reply; `why` is a sentence."""
    with language_of(attendee.user):
        text = str(why)
    told = ReplyTold(
        now, notice, attendee.user.id, attendee.lecture.number, attendee.lecture.id, text
    )
    outbox.record(session, REPLY_TOLD, told, now=now)


def _note_refusal(session: Session, attendee: Attendee | None, doubt: Doubt, now: datetime) -> None:
    """Record a refusal, without an address; who may have meant it is told where that is safe.

    An unconfirmed reply changes nothing, but its attendee may believe that it did.
    """
    audit.record(
        session,
        audit.Action.REPLY_REFUSED,
        about=_about(attendee.lecture) if attendee else None,
        detail={"why": doubt.value},
    )
    if doubt is Doubt.UNCONFIRMED and attendee is not None:
        tell(session, attendee, ReplyNotice.UNCONFIRMED, now)


def _about(lecture: Lecture) -> audit.About:
    return audit.About(audit.SubjectKind.LECTURE, lecture.id, lecture.number)
