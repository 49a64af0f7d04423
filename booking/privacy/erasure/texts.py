"""Texts about a person in rows that stay, and what becomes of each when the person has left."""

from __future__ import annotations

from sqlalchemy import select

from booking.attendance.models import AttendanceEntry
from booking.availability.models import Term
from booking.contacts.models import Reveal
from booking.contacts.requests.models import ContactRequest, ContactRequestHistory
from booking.contacts.threads.models import MessageThread, RelayedMessage
from booking.entries.models import EntryChange, RequestedChange
from booking.evaluations.models import BranchEvaluation, ListenerEvaluation
from booking.follow_ups.models import FollowUp
from booking.instructors.models import Topic
from booking.lectures.models import HistoryEntry, Hold, Lecture
from booking.lectures.proposals.models import Proposal, ProposalOption
from booking.lectures.records.models import LectureRecord
from booking.nominations.models import (
    Departure,
    Nomination,
    NominationHistory,
    NominationTopic,
    TermEnding,
)
from booking.orders.models import Order, OrderHistory
from booking.orders.season.models import SeasonPlanRow
from booking.privacy.erasure.fates import Fate, Holding
from booking.recruiting.models import RecruitingStep
from booking.register.models import BatchEntry, ImportBatch

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
    Holding(
        BranchEvaluation,
        lambda who: who.is_lecture(BranchEvaluation.lecture_id),
        {"text": CLEAN},
    ),
    Holding(
        BranchEvaluation, lambda who: who.is_account(BranchEvaluation.user_id), {"text": EMPTY}
    ),
    Holding(
        ListenerEvaluation,
        lambda who: who.is_lecture(ListenerEvaluation.lecture_id),
        {"text": CLEAN},
    ),
    Holding(
        FollowUp,
        lambda who: who.is_lecture(FollowUp.lecture_id),
        {"actor_name": CLEAN, "text": CLEAN},
    ),
    Holding(
        FollowUp,
        lambda who: who.is_account(FollowUp.answered_by),
        {"actor_name": LABEL, "text": CLEAN},
    ),
    # Of others of that name nothing is known: only lists of lectures that the person asked for.
    Holding(
        AttendanceEntry,
        lambda who: (
            AttendanceEntry.name.in_(who.names)
            & AttendanceEntry.lecture_id.in_(
                select(Lecture.id).where(who.is_account(Lecture.requested_by))
            )
        ),
        {"name": LABEL},
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
    Holding(
        RecruitingStep,
        lambda who: who.is_account(RecruitingStep.user_id),
        {"actor_name": LABEL, "reason": EMPTY},
    ),
    Holding(
        RecruitingStep,
        lambda who: who.is_entry(RecruitingStep.instructor_id),
        {"actor_name": CLEAN, "reason": CLEAN},
    ),
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
