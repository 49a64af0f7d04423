"""What a message is about, as far as somebody can choose how to be told of it. Pure."""

from __future__ import annotations

import enum


class MessageKind(enum.StrEnum):
    """The subjects of messages; each folder of templates belongs to one."""

    ANSWER = "answer"
    """Asks for an answer: a request, a proposal, a review, an order that waits."""
    CALENDAR = "calendar"
    """Changes a calendar: a lecture is confirmed, moved, replaced, cancelled."""
    PROGRESS = "progress"
    """Tells of a step that changes no calendar and asks nothing."""
    REMINDER = "reminder"
    """Comes some time before a lecture that stands."""
    FOLLOW_UP = "follow_up"
    """Asks a branch, weeks after a lecture, what it has changed."""
    DIGEST = "digest"
    """Sums up for coordinators what waits."""
    CONTACT = "contact"
    """Passes on what somebody wrote, or what was decided about a contact."""
    REGISTER = "register"
    """Concerns an entry in the register or an application."""
    ACCOUNT = "account"
    """Concerns somebody's own account: passwords, codes, invitations."""


_FOLDERS = {
    MessageKind.ANSWER: "requested proposed reminder to_review order_placed order_claimed "
    "order_returned order_reopened order_time_held day_closed reply_stands "
    "reply_doubtful reply_not_done reply_not_relayed reply_unconfirmed",
    MessageKind.CALENDAR: "confirmed moved taken_over handed_over replaced cancelled "
    "undone released attendee_invited attendee_removed",
    MessageKind.PROGRESS: "received submitted passed_on returned rejected declined withdrawn "
    "expired unchanged not_held claim_not_accepted order_expired order_rejected order_shared",
    MessageKind.REMINDER: "upcoming",
    MessageKind.FOLLOW_UP: "follow_up",
    MessageKind.DIGEST: "digest",
    MessageKind.CONTACT: "message contact_asked contact_granted contact_granted_for_you "
    "contact_declined contact_revoked contact_expired",
    MessageKind.REGISTER: "entry_answered entry_stale nomination unusual_reveals",
    MessageKind.ACCOUNT: "invitation join_declined address_returned",
}

KINDS = {folder: kind for kind, folders in _FOLDERS.items() for folder in folders.split()}
"""The kinds of messages, by the folder in templates/email."""


def kind_of(folder: str) -> MessageKind:
    """The kind of the messages of a folder; one that is not listed tells of progress."""
    return KINDS.get(folder, MessageKind.PROGRESS)
