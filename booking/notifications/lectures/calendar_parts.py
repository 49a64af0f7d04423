"""The calendar in a mail about a lecture: for whom, in which state, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts.models import User
from booking.calendars.engine.ical import invitation_calendar
from booking.calendars.facts import facts_of
from booking.calendars.feeds.choices import wants_invitations
from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.states import Side
from booking.lectures.models import HistoryEntry
from booking.notifications.choices import service as choices
from booking.notifications.engine.acceptance import Step, accepted
from booking.notifications.engine.itip import Entry, entry_of
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.engine.messages import Message
from booking.notifications.mail_queue import CalendarPart, address_of, language_of
from booking.notifications.models import Delivery
from booking.settings import mail_server


@dataclass
class CalendarParts:
    """The calendar parts of the mails about one event; reads what it needs once, when needed."""

    session: Session
    event: LectureEvent

    @cached_property
    def accepted(self) -> frozenset[int]:
        """The accounts that have accepted the lecture as it stands."""
        query = (
            select(
                HistoryEntry.command,
                HistoryEntry.target,
                HistoryEntry.party,
                HistoryEntry.user_id,
            )
            .where(HistoryEntry.lecture_id == self.event.lecture_id)
            .order_by(HistoryEntry.id)
        )
        return accepted(Step(*row) for row in self.session.execute(query))

    @cached_property
    def last_methods(self) -> Mapping[int, str]:
        """The method of the last calendar part that was written, by account."""
        return last_methods(self.session, self.event.lecture_id)

    def entry(self, message: Message, user: User) -> Entry | None:
        """What the calendar part of a message says to one reader, if it has one."""
        entry = entry_of(
            self.event,
            message,
            wants=self._wants_tentative(message, user),
            holds=self.last_methods.get(user.id) == "REQUEST",
        )
        return entry if entry is not None and self._takes_invitations(user) else None

    def part(self, entry: Entry, side: Side, user: User) -> CalendarPart:
        """The calendar part for one reader, who is its only attendee (calendar rule 15)."""
        facts = facts_of(
            self.event,
            side,
            language=user.language,
            cancelled=entry is Entry.CANCELLED,
            tentative=entry is Entry.TENTATIVE,
        )
        with language_of(user):
            content = invitation_calendar(
                facts,
                method=entry.method,
                organizer_email=mail_server.sender(),
                organizer_name=i18n.site_name(),
                attendee_email=address_of(user),
                attendee_name=user.label,
                accepted=user.id in self.accepted,
            )
        return CalendarPart(content, entry.method)

    def _takes_invitations(self, user: User) -> bool:
        """Whether calendars come by mail, or at least what becomes of an earlier one."""
        chosen = choices.ways(
            self.session, user, MessageKind.CALENDAR, lecture_id=self.event.lecture_id
        )
        # An event that an earlier invitation entered must not become wrong.
        holds = self.last_methods.get(user.id) == "REQUEST"
        return chosen.invites and (holds or wants_invitations(user))

    def _wants_tentative(self, message: Message, user: User) -> bool:
        return self._concerned(message, user) and choices.wants_tentative(self.session, user)

    def _concerned(self, message: Message, user: User) -> bool:
        """Whether the reader takes part; a coordinator who is asked instead does not."""
        if message.side is Side.BRANCH:
            return True
        return self.event.instructor_id in user.actor().instructor_ids


def last_methods(session: Session, lecture_id: int) -> dict[int, str]:
    """The iTIP method of the last calendar part about a lecture, by the account it is for."""
    query = (
        select(Delivery.user_id, Delivery.itip_method)
        .where(
            Delivery.lecture_id == lecture_id,
            Delivery.user_id.is_not(None),
            Delivery.itip_method.is_not(None),
        )
        .order_by(Delivery.id)
    )
    return {user_id: method for user_id, method in session.execute(query) if user_id and method}
