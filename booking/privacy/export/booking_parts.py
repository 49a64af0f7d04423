"""Own data of lectures, orders and nominations."""

from __future__ import annotations

from collections.abc import Sequence

from booking.accounts.models import Organisation
from booking.follow_ups.models import FollowUp
from booking.lectures.models import HistoryEntry, Lecture
from booking.lectures.proposals.models import Proposal
from booking.lectures.queries import REACHED
from booking.lectures.records.models import LectureRecord
from booking.nominations.models import Nomination, NominationHistory
from booking.orders.models import Order, OrderClaim, OrderHistory, OrderOffer
from booking.privacy.export.parts import WITH_NUMBER, Part, of_lecture, of_order, plain
from booking.sentences import N_

BOOKINGS: Sequence[Part] = (
    Part(
        "lectures",
        N_("Lectures"),
        (Lecture.instructor_id,),
        (
            *WITH_NUMBER,
            ("topic", Lecture.title),
            *plain(Lecture.state, Lecture.starts_at, Lecture.ends_at),
            *plain(Lecture.place, Lecture.note),
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
            *plain(Lecture.state, Lecture.starts_at, Lecture.ends_at),
            *plain(Lecture.place, Lecture.note),
        ),
        lambda query: query.join(Organisation),
    ),
    Part(
        "lecture_steps",
        N_("What you did with lectures"),
        (HistoryEntry.user_id,),
        (
            *WITH_NUMBER,
            *plain(HistoryEntry.at, HistoryEntry.command, HistoryEntry.reason),
        ),
        of_lecture,
    ),
    Part(
        "records",
        N_("Records of lectures by you"),
        (LectureRecord.user_id,),
        (
            *WITH_NUMBER,
            *plain(LectureRecord.filed_at, LectureRecord.outcome, LectureRecord.note),
        ),
        of_lecture,
    ),
    Part(
        "follow_ups",
        N_("Answers by you about the effect of lectures"),
        (FollowUp.answered_by,),
        (*WITH_NUMBER, *plain(FollowUp.answered_at, FollowUp.text)),
        of_lecture,
    ),
    Part(
        "proposals",
        N_("Proposals by you"),
        (Proposal.user_id,),
        (
            *WITH_NUMBER,
            *plain(Proposal.created_at, Proposal.kind, Proposal.state, Proposal.reason),
        ),
        of_lecture,
    ),
    Part(
        "orders",
        N_("Orders"),
        (Order.requested_by,),
        plain(
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
            *plain(OrderHistory.at, OrderHistory.command, OrderHistory.reason),
        ),
        of_order,
    ),
    Part(
        "claims",
        N_("Claims"),
        (OrderClaim.instructor_id,),
        (
            ("number", Order.number),
            *plain(OrderClaim.at, OrderClaim.starts_at, OrderClaim.state),
        ),
        of_order,
    ),
    Part(
        "offers",
        N_("Orders for which you were thought of"),
        (OrderOffer.instructor_id,),
        (
            ("number", Order.number),
            *plain(OrderOffer.at, OrderOffer.starts_at, OrderOffer.state),
        ),
        lambda query: query.join(Order, Order.id == OrderOffer.order_id),
    ),
    Part(
        "nominations",
        N_("Nominations of you"),
        (Nomination.instructor_id,),
        plain(
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
        plain(Nomination.name, Nomination.workplace, Nomination.state, Nomination.created_at),
    ),
    Part(
        "nomination_steps",
        N_("What you did with nominations"),
        (NominationHistory.user_id,),
        plain(NominationHistory.at, NominationHistory.command, NominationHistory.reason),
    ),
)
