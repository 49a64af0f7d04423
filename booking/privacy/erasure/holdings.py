"""Where texts about a person are stored, and what becomes of each when the person has left.

A test compares these with the columns of all tables, so that none can be forgotten. What stays are
numbers, instants, states and links: the history keeps its shape, and statistics their totals.
"""

from __future__ import annotations

from sqlalchemy import select

from booking.accounts.models import Membership, Passkey, ResetRequest, SignIn
from booking.availability.defaults.models import DefaultHours
from booking.availability.external.models import ExternalCalendar
from booking.availability.models import (
    BookingRule,
    DateOverride,
    ScheduleChange,
    Suspension,
    Term,
    Timetable,
    WeeklyBlock,
)
from booking.calendars.feeds.models import Feed
from booking.contacts.models import Consent, ConsentAnswer, Reveal, UserContact
from booking.contacts.requests.models import ContactRequest, ContactRequestHistory
from booking.contacts.threads.models import MessageThread, RelayedMessage
from booking.entries.models import EntryChange, Portrait, RequestedChange
from booking.exports.models import ExportFile
from booking.instructors.models import Contact, MergedEntry, ServedRegion, Topic
from booking.lectures.models import HistoryEntry, Hold, Lecture
from booking.lectures.proposals.models import Proposal, ProposalOption
from booking.lectures.records.models import LectureRecord
from booking.members.models import Invitation, JoinRequest, ResetLink
from booking.nominations.models import (
    Departure,
    Nomination,
    NominationHistory,
    NominationTopic,
    TermEnding,
)
from booking.notifications.models import Delivery
from booking.orders.models import Order, OrderHistory
from booking.orders.season.models import SeasonPlanRow
from booking.organisations.lists.models import ListDraft
from booking.privacy.erasure.fates import Fate, Holding
from booking.privacy.erasure.rows import mentions
from booking.register.models import (
    BatchEntry,
    DraftState,
    ImportBatch,
    ImportDraft,
    RememberedColumn,
)

EMPTY, LABEL, CLEAN = Fate.EMPTY, Fate.LABEL, Fate.CLEAN

LECTURES = (
    Holding(
        Hold,
        lambda who: who.is_entry(Hold.instructor_id) | who.is_lecture(Hold.lecture_id),
        {"place": CLEAN},
    ),
    Holding(
        Lecture,
        lambda who: who.is_entry(Lecture.instructor_id),
        {"title": CLEAN, "place": CLEAN, "note": CLEAN},
    ),
    Holding(
        Lecture,
        lambda who: who.is_account(Lecture.requested_by),
        {"title": CLEAN, "place": CLEAN, "note": CLEAN},
    ),
    Holding(
        HistoryEntry,
        lambda who: who.is_lecture(HistoryEntry.lecture_id),
        {"actor_name": CLEAN, "reason": CLEAN, "facts": CLEAN},
    ),
    Holding(
        HistoryEntry,
        lambda who: who.is_account(HistoryEntry.user_id),
        {"actor_name": LABEL, "reason": EMPTY, "facts": CLEAN},
    ),
    Holding(
        LectureRecord,
        lambda who: who.is_lecture(LectureRecord.lecture_id),
        {"actor_name": CLEAN, "note": CLEAN},
    ),
    Holding(
        LectureRecord,
        lambda who: who.is_account(LectureRecord.user_id),
        {"actor_name": LABEL, "note": EMPTY},
    ),
    Holding(Proposal, lambda who: who.is_lecture(Proposal.lecture_id), {"reason": CLEAN}),
    Holding(Proposal, lambda who: who.is_account(Proposal.user_id), {"reason": EMPTY}),
    Holding(
        ProposalOption,
        lambda who: (
            who.is_entry(ProposalOption.instructor_id)
            | ProposalOption.proposal_id.in_(
                select(Proposal.id).where(
                    who.is_lecture(Proposal.lecture_id) | who.is_account(Proposal.user_id)
                )
            )
        ),
        {"title": CLEAN, "place": CLEAN},
    ),
)
"""A title and a place stay: the organisation records with them what it has heard, and where."""

ORDERS = (
    Holding(
        Order,
        lambda who: who.is_order(Order.id) | who.is_account(Order.requested_by),
        {"wish": CLEAN, "place": CLEAN, "equipment": CLEAN, "remarks": CLEAN},
    ),
    Holding(
        OrderHistory,
        lambda who: who.is_order(OrderHistory.order_id),
        {"actor_name": CLEAN, "reason": CLEAN},
    ),
    Holding(
        OrderHistory,
        lambda who: who.is_account(OrderHistory.user_id),
        {"actor_name": LABEL, "reason": EMPTY},
    ),
    Holding(
        SeasonPlanRow,
        lambda who: (
            who.is_entry(SeasonPlanRow.instructor_id) | who.is_order(SeasonPlanRow.order_id)
        ),
        {"refusal": CLEAN, "helps": CLEAN},
    ),
)

NOMINATIONS = (
    # Before the nomination, by whose contacts they are found.
    Holding(
        NominationHistory,
        lambda who: who.is_nomination(NominationHistory.nomination_id),
        {"actor_name": CLEAN, "reason": EMPTY},
    ),
    Holding(
        NominationHistory,
        lambda who: who.is_account(NominationHistory.user_id),
        {"actor_name": LABEL, "reason": EMPTY},
    ),
    Holding(
        NominationTopic,
        lambda who: who.is_nomination(NominationTopic.nomination_id),
        {"title": LABEL, "summary": EMPTY},
    ),
    Holding(
        Nomination,
        lambda who: who.nominated(),
        {
            "name": LABEL,
            "workplace": EMPTY,
            "title": EMPTY,
            "introduction": EMPTY,
            "trial_place": EMPTY,
            "trial_note": EMPTY,
            "phone": EMPTY,
            "email": EMPTY,
        },
    ),
    Holding(
        Nomination,
        lambda who: who.is_account(Nomination.user_id),
        dict.fromkeys(
            ("name", "workplace", "title", "introduction", "trial_place", "trial_note"), CLEAN
        ),
    ),
    Holding(
        Departure,
        lambda who: who.is_entry(Departure.instructor_id) | who.is_account(Departure.user_id),
        {"reason": EMPTY},
    ),
    Holding(
        TermEnding,
        lambda who: (
            TermEnding.term_id.in_(select(Term.id).where(who.is_entry(Term.instructor_id)))
            | who.is_account(TermEnding.user_id)
        ),
        {"reason": EMPTY},
    ),
    Holding(Term, lambda who: who.is_entry(Term.instructor_id), {"certificate": EMPTY}),
)

REGISTER = (
    Holding(
        EntryChange,
        lambda who: who.is_entry(EntryChange.instructor_id),
        {"actor_name": CLEAN, "before": EMPTY, "after": EMPTY},
    ),
    Holding(
        EntryChange,
        lambda who: who.is_account(EntryChange.user_id),
        {"actor_name": LABEL, "before": CLEAN, "after": CLEAN},
    ),
    Holding(
        RequestedChange,
        lambda who: who.is_account(RequestedChange.user_id),
        {"actor_name": LABEL, "before": CLEAN, "after": CLEAN, "remarks": CLEAN},
    ),
    Holding(
        ImportBatch,
        lambda who: (
            who.is_account(ImportBatch.user_id)
            | ImportBatch.id.in_(
                select(BatchEntry.batch_id).where(who.is_entry(BatchEntry.instructor_id))
            )
        ),
        {"report": CLEAN, "filename": CLEAN},
    ),
    Holding(
        Topic,
        lambda who: who.is_entry(Topic.instructor_id),
        {"title": LABEL, "summary": EMPTY},
    ),
)

ROWS = (
    Holding(
        JoinRequest,
        lambda who: (
            JoinRequest.email.in_(who.contacts)
            | JoinRequest.phone.in_(who.contacts)
            | JoinRequest.invitation_id.in_(select(Invitation.id).where(who.invited()))
        ),
        goes=True,
    ),
    Holding(Invitation, lambda who: who.invited(), goes=True),
    Holding(Contact, lambda who: who.is_entry(Contact.instructor_id), goes=True),
    Holding(Portrait, lambda who: who.is_entry(Portrait.instructor_id), goes=True),
    Holding(MergedEntry, lambda who: who.is_entry(MergedEntry.instructor_id), goes=True),
    Holding(ServedRegion, lambda who: who.is_entry(ServedRegion.instructor_id), goes=True),
    Holding(RequestedChange, lambda who: who.is_entry(RequestedChange.instructor_id), goes=True),
    Holding(BatchEntry, lambda who: who.is_entry(BatchEntry.instructor_id), goes=True),
    Holding(WeeklyBlock, lambda who: who.is_entry(WeeklyBlock.instructor_id), goes=True),
    Holding(Timetable, lambda who: who.is_entry(Timetable.instructor_id), goes=True),
    Holding(DateOverride, lambda who: who.is_entry(DateOverride.instructor_id), goes=True),
    Holding(BookingRule, lambda who: who.is_entry(BookingRule.instructor_id), goes=True),
    Holding(Suspension, lambda who: who.is_entry(Suspension.instructor_id), goes=True),
    Holding(ScheduleChange, lambda who: who.is_entry(ScheduleChange.instructor_id), goes=True),
    Holding(DefaultHours, lambda who: who.is_entry(DefaultHours.instructor_id), goes=True),
    Holding(ExternalCalendar, lambda who: who.is_entry(ExternalCalendar.instructor_id), goes=True),
    Holding(
        Consent,
        lambda who: who.is_entry(Consent.instructor_id) | who.is_account(Consent.user_id),
        goes=True,
    ),
    Holding(ConsentAnswer, lambda who: who.is_account(ConsentAnswer.user_id), goes=True),
    Holding(ExportFile, lambda who: who.is_account(ExportFile.user_id), goes=True),
    Holding(UserContact, lambda who: who.is_account(UserContact.user_id), goes=True),
    Holding(SignIn, lambda who: who.is_account(SignIn.user_id), goes=True),
    Holding(Passkey, lambda who: who.is_account(Passkey.user_id), goes=True),
    Holding(ResetLink, lambda who: who.is_account(ResetLink.user_id), goes=True),
    Holding(ResetRequest, lambda who: ResetRequest.email.in_(who.contacts), goes=True),
    Holding(RememberedColumn, lambda who: who.is_account(RememberedColumn.user_id), goes=True),
    Holding(
        ImportDraft,
        # The file of a coordinator who is about to import the person again is to be looked at anew.
        lambda who: (
            who.is_account(ImportDraft.user_id)
            | (
                (ImportDraft.state != DraftState.RUNNING)
                & (
                    mentions(ImportDraft.sheet, who.hidden_contacts)
                    | (
                        mentions(ImportDraft.sheet, who.names)
                        & mentions(ImportDraft.sheet, who.details)
                    )
                )
            )
        ),
        goes=True,
    ),
    Holding(ListDraft, lambda who: who.is_account(ListDraft.user_id), goes=True),
    Holding(
        Delivery,
        lambda who: Delivery.recipient.in_(who.contacts) | who.is_account(Delivery.user_id),
        goes=True,
    ),
    Holding(
        Membership,
        lambda who: who.is_entry(Membership.instructor_id) | who.is_account(Membership.user_id),
        goes=True,
    ),
)

DISCLOSURE = (
    Holding(
        ContactRequestHistory,
        lambda who: ContactRequestHistory.request_id.in_(
            select(ContactRequest.id).where(who.is_entry(ContactRequest.instructor_id))
        ),
        {"actor_name": CLEAN, "reason": CLEAN},
    ),
    Holding(
        ContactRequestHistory,
        lambda who: who.is_account(ContactRequestHistory.user_id),
        {"actor_name": LABEL, "reason": EMPTY},
    ),
    Holding(
        ContactRequest,
        lambda who: who.is_entry(ContactRequest.instructor_id),
        {"asker_name": CLEAN, "reason": CLEAN, "answer": CLEAN},
    ),
    Holding(
        ContactRequest,
        lambda who: who.is_account(ContactRequest.asker_id),
        {"asker_name": LABEL, "reason": EMPTY, "answer": CLEAN},
    ),
    Holding(
        RelayedMessage,
        lambda who: RelayedMessage.thread_id.in_(
            select(MessageThread.id).where(who.is_entry(MessageThread.instructor_id))
        ),
        {"sender_name": CLEAN, "text": CLEAN},
    ),
    Holding(
        RelayedMessage,
        lambda who: who.is_account(RelayedMessage.sender_id),
        {"sender_name": LABEL, "text": EMPTY},
    ),
)

REVEALS = (
    Holding(
        Reveal,
        lambda who: who.is_entry(Reveal.instructor_id) | who.is_account(Reveal.user_id),
        {"hint": EMPTY, "reader_name": CLEAN, "reason": CLEAN},
    ),
    Holding(
        Reveal,
        lambda who: who.is_account(Reveal.reader_id),
        {"reader_name": LABEL, "reason": CLEAN},
    ),
)
"""Rows stay for their three years (PIPL, article 56); whose contact it was is not told any more."""

CALENDARS = (
    Holding(
        Feed,
        lambda who: who.is_account(Feed.user_id) | who.is_entry(Feed.instructor_id),
        {"name": EMPTY},
    ),
)
"""Rows stay, because their addresses answer 410."""

HOLDINGS = (*LECTURES, *ORDERS, *NOMINATIONS, *REGISTER, *DISCLOSURE, *REVEALS, *CALENDARS, *ROWS)

STAYS: dict[str, str] = {
    "lecture.uid": "drawn at random; calendars know the lecture by it",
    "lecture.number": "counted",
    "lecture.time_zone": "of the installation",
    "branch_order.number": "counted",
    "import_batch.key": "drawn at random",
    "entry_change.import_key": "drawn at random",
    "import_batch.field_ids": "keys only",
    "hold.region_code": "a code",
    "order_window.part": "a word of a list",
    "reveal.reader_unit": "the unit that read",
    "feed.token_hash": "the address answers 410 with it",
    "nomination.language": "of the page",
    "rendered_event.time_zone": "of the installation",
    "rendered_event.language": "of the installation",
    "rendered_text.language": "of the installation",
    "consent.text_version": "of the text",
    "consent_answer.text_version": "of the text",
    "reveal.reference": "counted",
    "contact_request.lecture_number": "counted",
    "message_thread.reference": "counted",
    "season_plan.left_out": "keys only",
    "instructor.search_codes": "emptied",
}
"""Texts that say nothing about the person, with the reason."""

LINKS_ONLY: dict[str, str] = {
    "hold.option_id": "a hold names the instructor of its option itself",
    "invitation.invited_by": "the invitation is for somebody else",
    "join_request.decided_by": "the request is somebody else's",
    "reset_link.made_by": "the link is somebody else's",
    "backup.user_id": "a backup is about nobody",
    "field_change.user_id": "names of fields",
    "default_hours.user_id": "the hours are somebody else's",
    "schedule_change.user_id": "the hours are somebody else's",
    "consent.given_by_id": "the consent is somebody else's",
    "leaving.asked_by_id": "the leaving is somebody else's",
    "order_offer.dispatched_by": "an order of a branch",
    "season_plan.user_id": "keys only",
    "distinct_entries.user_id": "the entries are somebody else's",
    "season_plan_row.plan_id": "the rows of a coordinator's plan are about others",
    "import_batch_entry.batch_id": "the entries of a coordinator's import are others",
}
"""Columns by which a row about others names the person: the key stays, of a row without a name."""
