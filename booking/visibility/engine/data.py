"""The data about persons that an installation stores, by what they tell. Pure."""

from __future__ import annotations

import enum


class Datum(enum.StrEnum):
    """A datum about a person: of the register, of an account, or a text of somebody."""

    # The public part of an entry.
    NAME = "name"
    TITLE = "title"
    WORKPLACE = "workplace"
    BIOGRAPHY = "biography"
    FIELDS = "fields"
    TOPICS = "topics"
    DISTRICT = "district"
    PORTRAIT = "portrait"
    FREE_TIMES = "free_times"
    # The rest of an entry.
    TOPIC_DRAFTS = "topic_drafts"
    TERM = "term"
    SUSPENSIONS = "suspensions"
    DEPARTURE = "departure"
    GENDER = "gender"
    BIRTH_MONTH = "birth_month"
    ENTRY_HISTORY = "entry_history"
    EXTERNAL_CALENDARS = "external_calendars"
    FEED_ADDRESSES = "feed_addresses"
    # Contacts, of an entry or of an account.
    PHONE = "phone"
    EMAIL = "email"
    # An account.
    ACCOUNT_NAME = "account_name"
    SIGN_IN_NAME = "sign_in_name"
    MEMBERSHIPS = "memberships"
    SIGN_INS = "sign_ins"
    FACTORS = "factors"
    INVITATION = "invitation"
    # Texts that people type; they are of who typed them and of who they are written to.
    BOOKING_NOTE = "booking_note"
    LECTURE_REASON = "lecture_reason"
    REVIEW_REMARKS = "review_remarks"
    RECORD_NOTE = "record_note"
    LECTURE_HISTORY = "lecture_history"
    ORDER_TEXTS = "order_texts"
    ORDER_REASON = "order_reason"
    ENTRY_REMARKS = "entry_remarks"
    NOMINATION = "nomination"
    NOMINATION_CONTACT = "nomination_contact"
    NOMINATION_REASON = "nomination_reason"
    TRIAL_NOTE = "trial_note"
    JOIN_REQUEST = "join_request"


STORED: dict[Datum, tuple[str, ...]] = {
    Datum.NAME: ("instructor.name", "instructor.name_pinyin"),
    Datum.TITLE: ("instructor.title",),
    Datum.WORKPLACE: ("instructor.workplace",),
    Datum.BIOGRAPHY: ("instructor.introduction",),
    Datum.FIELDS: ("instructor_field.field_id",),
    Datum.TOPICS: ("topic.title", "topic.summary"),
    Datum.DISTRICT: ("instructor.region_code", "served_region.region_code"),
    Datum.PORTRAIT: ("portrait.image",),
    Datum.FREE_TIMES: ("weekly_block.weekday", "date_override.first"),
    Datum.TOPIC_DRAFTS: ("topic.state",),
    Datum.TERM: ("term.first", "term.last"),
    Datum.SUSPENSIONS: ("suspension.reason",),
    Datum.DEPARTURE: ("departure.reason", "term_ending.reason"),
    Datum.GENDER: ("instructor.gender",),
    Datum.BIRTH_MONTH: ("instructor.birth_month",),
    Datum.ENTRY_HISTORY: ("entry_change.before", "entry_change.after"),
    Datum.EXTERNAL_CALENDARS: ("outside_calendar.address",),
    Datum.FEED_ADDRESSES: ("feed.token_hash", "feed.name"),
    Datum.PHONE: ("contact.value", "user_contact.value"),
    Datum.EMAIL: ("contact.value", "user_contact.value"),
    Datum.ACCOUNT_NAME: ("user.name",),
    Datum.SIGN_IN_NAME: ("user.email", "user.phone"),
    Datum.MEMBERSHIPS: ("membership.role",),
    Datum.SIGN_INS: ("sign_in.browser", "sign_in.last_used_at"),
    Datum.FACTORS: ("passkey.name",),
    Datum.INVITATION: ("invitation.name", "invitation.email", "invitation.phone"),
    Datum.BOOKING_NOTE: ("lecture.note",),
    Datum.LECTURE_REASON: ("lecture_history.reason", "proposal.reason"),
    Datum.REVIEW_REMARKS: ("lecture_history.reason",),
    Datum.RECORD_NOTE: ("lecture_record.note",),
    Datum.LECTURE_HISTORY: ("lecture_history.actor_name",),
    Datum.ORDER_TEXTS: ("branch_order.wish", "branch_order.equipment", "branch_order.remarks"),
    Datum.ORDER_REASON: ("order_history.reason",),
    Datum.ENTRY_REMARKS: ("requested_change.remarks",),
    Datum.NOMINATION: ("nomination.name", "nomination.introduction", "nomination_topic.title"),
    Datum.NOMINATION_CONTACT: ("nomination.phone", "nomination.email"),
    Datum.NOMINATION_REASON: ("nomination_history.reason",),
    Datum.TRIAL_NOTE: ("nomination.trial_note",),
    Datum.JOIN_REQUEST: ("join_request.name", "join_request.reason", "join_request.answer"),
}
"""The columns, as `table.column`, in which each datum is stored."""
