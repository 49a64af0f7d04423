"""What is known about a person, part by part: for the export and for the person's own pages.

Each part says by which columns its rows are found. A test compares these columns with all foreign
keys that lead to an account or an entry, so that none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from booking.accounts.models import Membership, Organisation, Passkey, Region, SignIn, User
from booking.availability.external.models import ExternalCalendar
from booking.availability.models import (
    BookingRule,
    DateOverride,
    Suspension,
    Term,
    Timetable,
    WeeklyBlock,
)
from booking.calendars.models import Feed
from booking.contacts.models import Consent, Reveal, UserContact
from booking.entries.models import EntryChange, Portrait, RequestedChange
from booking.instructors.models import (
    Contact,
    Field,
    Instructor,
    InstructorField,
    MergedEntry,
    ServedRegion,
    Topic,
)
from booking.lectures.models import HistoryEntry, Lecture
from booking.lectures.proposals.models import Proposal
from booking.lectures.queries import REACHED
from booking.lectures.records.models import LectureRecord
from booking.members.models import Invitation
from booking.nominations.models import Departure, Nomination, NominationHistory
from booking.orders.models import Order, OrderClaim, OrderHistory, OrderOffer
from booking.register.models import BatchEntry, ImportBatch
from booking.sentences import N_, Sentence

Owner = InstrumentedAttribute[Any]
Expression = Any


@dataclass(frozen=True, slots=True)
class Owned:
    """Whose data: the account, and the entries of the register."""

    user_id: int
    instructor_ids: tuple[int, ...]

    def owns(self, column: Owner) -> ColumnElement[bool]:
        """SQL condition: the column names the account or one of the entries."""
        targets = {key.column.table.name for key in column.property.columns[0].foreign_keys}
        is_entry = "instructor" in targets or column.class_ is Instructor
        return column.in_(self.instructor_ids) if is_entry else column == self.user_id


@dataclass(frozen=True, slots=True)
class Part:
    """One part: rows found by `owners`, with named columns. `source` joins what it needs."""

    name: str
    title: Sentence
    owners: tuple[Owner, ...]
    columns: tuple[tuple[str, Expression], ...]
    joins: Callable[[Select[Any]], Select[Any]] = lambda query: query
    order: Expression = None
    contacts: bool = False
    """Whether it has values that pages show only when they are asked for."""

    def query(self, who: Owned) -> Select[Any]:
        """The rows of one person, the newest last."""
        columns = [column.label(name) for name, column in self.columns]
        query = self.joins(select(*columns).select_from(self.owners[0].class_))
        return query.where(or_(*(who.owns(column) for column in self.owners)))


def _plain(*columns: Owner) -> tuple[tuple[str, Expression], ...]:
    return tuple((column.key, column) for column in columns)


def _of_lecture(query: Select[Any]) -> Select[Any]:
    return query.join(Lecture).join(Organisation, Organisation.id == Lecture.organisation_id)


def _of_order(query: Select[Any]) -> Select[Any]:
    return query.join(Order)


WITH_NUMBER = (("number", Lecture.number), ("organisation", Organisation.name))

ACCOUNT: Sequence[Part] = (
    Part(
        "account",
        N_("Account"),
        (User.id,),
        _plain(
            User.name, User.email, User.phone, User.language, User.created_at, User.signed_in_at
        ),
        contacts=True,
    ),
    Part(
        "memberships",
        N_("Roles"),
        (Membership.user_id,),
        (
            ("role", Membership.role),
            ("organisation", Organisation.name),
            ("region", Region.name),
            ("created_at", Membership.created_at),
        ),
        lambda query: query.outerjoin(
            Organisation, Organisation.id == Membership.organisation_id
        ).outerjoin(Region, Region.code == Membership.region_code),
    ),
    Part(
        "account_contacts",
        N_("Contacts of the account"),
        (UserContact.user_id,),
        _plain(UserContact.channel, UserContact.value, UserContact.created_at),
        contacts=True,
    ),
    Part(
        "sign_ins",
        N_("Sign-ins"),
        (SignIn.user_id,),
        _plain(SignIn.browser, SignIn.system, SignIn.created_at, SignIn.last_used_at),
    ),
    Part("passkeys", N_("Passkeys"), (Passkey.user_id,), _plain(Passkey.name)),
    Part(
        "invitations",
        N_("Invitations to you"),
        (Invitation.accepted_by, Invitation.instructor_id),
        _plain(Invitation.role, Invitation.name, Invitation.created_at, Invitation.accepted_at),
    ),
    Part(
        "calendars",
        N_("Calendar addresses"),
        (Feed.user_id, Feed.instructor_id),
        (("side", Feed.side), *_plain(Feed.created_at, Feed.revoked_at)),
    ),
)

ENTRY: Sequence[Part] = (
    Part(
        "entry",
        N_("Entry in the register"),
        (Instructor.id,),
        (
            *_plain(Instructor.name, Instructor.name_pinyin, Instructor.workplace),
            *_plain(Instructor.title, Instructor.gender, Instructor.birth_month),
            ("region", Region.name),
            *_plain(Instructor.introduction, Instructor.listed, Instructor.created_at),
            *_plain(Instructor.changed_at, Instructor.confirmed_at),
        ),
        lambda query: query.join(Region, Region.code == Instructor.region_code),
    ),
    Part(
        "contacts",
        N_("Contacts in the register"),
        (Contact.instructor_id,),
        _plain(Contact.channel, Contact.value, Contact.created_at),
        contacts=True,
    ),
    Part(
        "fields",
        N_("Fields"),
        (InstructorField.instructor_id,),
        (("field", Field.name),),
        lambda query: query.join(Field, Field.id == InstructorField.field_id),
    ),
    Part(
        "regions",
        N_("Districts served"),
        (ServedRegion.instructor_id,),
        (("region", Region.name),),
        lambda query: query.join(Region, Region.code == ServedRegion.region_code),
    ),
    Part(
        "topics",
        N_("Topics"),
        (Topic.instructor_id,),
        (("topic", Topic.title), *_plain(Topic.summary, Topic.minutes, Topic.state)),
    ),
    Part("portrait", N_("Picture"), (Portrait.instructor_id,), _plain(Portrait.changed_at)),
    Part(
        "terms",
        N_("Terms"),
        (Term.instructor_id,),
        _plain(Term.first, Term.last, Term.certificate),
    ),
    Part(
        "departures",
        N_("Leaving and coming back"),
        (Departure.instructor_id,),
        _plain(Departure.left_on, Departure.reason, Departure.returned_at),
    ),
    Part(
        "imports",
        N_("Imports"),
        (BatchEntry.instructor_id,),
        (
            ("outcome", BatchEntry.outcome),
            ("filename", ImportBatch.filename),
            ("created_at", ImportBatch.created_at),
        ),
        lambda query: query.join(ImportBatch, ImportBatch.id == BatchEntry.batch_id),
    ),
    Part(
        "merged_entries",
        N_("Entries that became this one"),
        (MergedEntry.instructor_id,),
        _plain(MergedEntry.name, MergedEntry.workplace, MergedEntry.merged_at),
    ),
    Part(
        "changes",
        N_("Changes of the entry"),
        (EntryChange.instructor_id,),
        _plain(
            EntryChange.at,
            EntryChange.part,
            EntryChange.on_behalf,
            EntryChange.before,
            EntryChange.after,
        ),
    ),
    Part(
        "requested_changes",
        N_("Changes that wait or were returned"),
        (RequestedChange.instructor_id,),
        _plain(
            RequestedChange.asked_at,
            RequestedChange.part,
            RequestedChange.after,
            RequestedChange.state,
            RequestedChange.remarks,
        ),
    ),
)

TIME: Sequence[Part] = (
    Part(
        "weekly_hours",
        N_("Weekly hours"),
        (WeeklyBlock.instructor_id,),
        _plain(WeeklyBlock.weekday, WeeklyBlock.start_minute, WeeklyBlock.end_minute),
    ),
    Part(
        "timetables",
        N_("Timetables"),
        (Timetable.instructor_id,),
        (("label", Timetable.title), *_plain(Timetable.valid_from, Timetable.valid_to)),
    ),
    Part(
        "exceptions",
        N_("Exceptions"),
        (DateOverride.instructor_id,),
        _plain(DateOverride.kind, DateOverride.first, DateOverride.last, DateOverride.note),
    ),
    Part(
        "booking_rules",
        N_("Booking rules"),
        (BookingRule.instructor_id,),
        _plain(
            BookingRule.notice_days,
            BookingRule.horizon_days,
            BookingRule.buffer_minutes,
            BookingRule.changed_at,
        ),
    ),
    Part(
        "suspensions",
        N_("Suspensions"),
        (Suspension.instructor_id,),
        _plain(Suspension.first, Suspension.last, Suspension.reason),
    ),
    Part(
        "external_calendars",
        N_("External calendars"),
        (ExternalCalendar.instructor_id,),
        _plain(ExternalCalendar.label, ExternalCalendar.host, ExternalCalendar.created_at),
    ),
)

BOOKINGS: Sequence[Part] = (
    Part(
        "lectures",
        N_("Lectures"),
        (Lecture.instructor_id,),
        (
            *WITH_NUMBER,
            ("topic", Lecture.title),
            *_plain(Lecture.state, Lecture.starts_at, Lecture.ends_at),
            *_plain(Lecture.place, Lecture.note),
        ),
        lambda query: query.join(Organisation).where(REACHED),
    ),
    Part(
        "booked_lectures",
        N_("Lectures that you booked"),
        (Lecture.requested_by,),
        (
            *WITH_NUMBER,
            ("topic", Lecture.title),
            *_plain(Lecture.state, Lecture.starts_at, Lecture.ends_at),
            *_plain(Lecture.place, Lecture.note),
        ),
        lambda query: query.join(Organisation),
    ),
    Part(
        "lecture_steps",
        N_("What you did with lectures"),
        (HistoryEntry.user_id,),
        (
            *WITH_NUMBER,
            *_plain(HistoryEntry.at, HistoryEntry.command, HistoryEntry.reason),
        ),
        _of_lecture,
    ),
    Part(
        "records",
        N_("Records of lectures by you"),
        (LectureRecord.user_id,),
        (
            *WITH_NUMBER,
            *_plain(LectureRecord.filed_at, LectureRecord.outcome, LectureRecord.note),
        ),
        _of_lecture,
    ),
    Part(
        "proposals",
        N_("Proposals by you"),
        (Proposal.user_id,),
        (
            *WITH_NUMBER,
            *_plain(Proposal.created_at, Proposal.kind, Proposal.state, Proposal.reason),
        ),
        _of_lecture,
    ),
    Part(
        "orders",
        N_("Orders"),
        (Order.requested_by,),
        _plain(
            Order.number,
            Order.wish,
            Order.state,
            Order.place,
            Order.equipment,
            Order.remarks,
            Order.created_at,
        ),
    ),
    Part(
        "order_steps",
        N_("What you did with orders"),
        (OrderHistory.user_id,),
        (
            ("number", Order.number),
            *_plain(OrderHistory.at, OrderHistory.command, OrderHistory.reason),
        ),
        _of_order,
    ),
    Part(
        "claims",
        N_("Claims"),
        (OrderClaim.instructor_id,),
        (
            ("number", Order.number),
            *_plain(OrderClaim.at, OrderClaim.starts_at, OrderClaim.state),
        ),
        _of_order,
    ),
    Part(
        "offers",
        N_("Orders for which you were thought of"),
        (OrderOffer.instructor_id,),
        (
            ("number", Order.number),
            *_plain(OrderOffer.at, OrderOffer.starts_at, OrderOffer.state),
        ),
        lambda query: query.join(Order, Order.id == OrderOffer.order_id),
    ),
    Part(
        "nominations",
        N_("Nominations of you"),
        (Nomination.instructor_id,),
        _plain(
            Nomination.name,
            Nomination.workplace,
            Nomination.title,
            Nomination.state,
            Nomination.introduction,
            Nomination.created_at,
        ),
    ),
    Part(
        "nominations_by_you",
        N_("Nominations by you"),
        (Nomination.user_id,),
        _plain(Nomination.name, Nomination.workplace, Nomination.state, Nomination.created_at),
    ),
    Part(
        "nomination_steps",
        N_("What you did with nominations"),
        (NominationHistory.user_id,),
        _plain(NominationHistory.at, NominationHistory.command, NominationHistory.reason),
    ),
)

DISCLOSURE: Sequence[Part] = (
    Part(
        "consents",
        N_("Consents"),
        (Consent.instructor_id, Consent.user_id),
        _plain(
            Consent.purpose,
            Consent.channel,
            Consent.text_version,
            Consent.given_at,
            Consent.withdrawn_at,
        ),
    ),
    Part(
        "seen_by",
        N_("Who saw your contacts"),
        (Reveal.instructor_id, Reveal.user_id),
        _plain(
            Reveal.shown_at,
            Reveal.channel,
            Reveal.hint,
            Reveal.reader_name,
            Reveal.reader_unit,
            Reveal.through,
            Reveal.reference,
            Reveal.reason,
        ),
    ),
    Part(
        "seen_by_you",
        N_("Contacts that you saw"),
        (Reveal.reader_id,),
        _plain(Reveal.shown_at, Reveal.channel, Reveal.through, Reveal.reference, Reveal.reason),
    ),
)

GROUPS: Sequence[tuple[Sentence, Sequence[Part]]] = (
    (N_("Account and sign-in"), ACCOUNT),
    (N_("Entry in the register"), ENTRY),
    (N_("Free times"), TIME),
    (N_("Lectures, orders, nominations"), BOOKINGS),
    (N_("Consents, and who saw what"), DISCLOSURE),
)

PARTS: dict[str, Part] = {part.name: part for _title, parts in GROUPS for part in parts}

NOT_EXPORTED: dict[str, str] = {
    "backup.user_id": "runs of the installation",
    "branch_order.instructor_id": "told by the offers and lectures that follow from it",
    "consent.given_by_id": "the consents themselves are exported",
    "default_hours.instructor_id": "the hours that were filled in are exported",
    "default_hours.user_id": "the hours are somebody else's",
    "departure.user_id": "the departure is somebody else's",
    "entry_change.user_id": "the entries are other people's, or exported with the entry",
    "field_change.user_id": "names of fields",
    "hold.instructor_id": "told by the lectures that hold the time",
    "import_batch.user_id": "people of the register, not the importer",
    "import_draft.user_id": "a file of the importer about other people, gone after a day",
    "invitation.invited_by": "the invitation is for somebody else",
    "join_request.decided_by": "the request is somebody else's",
    "leaving.asked_by_id": "the leaving is somebody else's",
    "leaving.user_id": "told on the own page while it lasts",
    "leaving_entry.instructor_id": "told on the own page while it lasts",
    "list_draft.user_id": "a file about organisations, gone after a day",
    "membership.instructor_id": "exported with the account",
    "order_offer.dispatched_by": "the order is a branch's",
    "proposal_option.instructor_id": "exported when it becomes a lecture; until then others ask",
    "remembered_column.user_id": "headers of spreadsheets",
    "requested_change.user_id": "the entries are other people's, or exported with the entry",
    "reset_link.made_by": "the link is somebody else's",
    "reset_link.user_id": "a secret of an hour",
    "schedule_change.instructor_id": "earlier hours, for undoing; the present ones are exported",
    "schedule_change.user_id": "the hours are somebody else's",
    "season_plan.user_id": "a calculation about orders of branches",
    "season_plan_row.instructor_id": "a calculation; told when it becomes an offer",
    "term_ending.user_id": "the term is somebody else's",
}
"""Foreign keys to accounts and entries whose rows are not in the file, with the reason."""
