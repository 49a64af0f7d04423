"""What is known about a person, part by part: for the export and for the person's own pages.

PIPL articles 44 and 45. A test compares the tables that are named here with all foreign keys to
persons, so that nothing is forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence

from booking.privacy.export.account_parts import ACCOUNT
from booking.privacy.export.booking_parts import BOOKINGS
from booking.privacy.export.disclosure_parts import DISCLOSURE
from booking.privacy.export.entry_parts import ENTRY, TIME
from booking.privacy.export.parts import Part
from booking.sentences import N_, Sentence

GROUPS: Sequence[tuple[Sentence, Sequence[Part]]] = (
    (N_("Account and sign-in"), ACCOUNT),
    (N_("Entry in the register"), ENTRY),
    (N_("Free times"), TIME),
    (N_("Lectures, orders, nominations"), BOOKINGS),
    (N_("Consents, and who saw what"), DISCLOSURE),
)

PARTS: dict[str, Part] = {part.name: part for _title, parts in GROUPS for part in parts}

NOT_EXPORTED: dict[str, str] = {
    "attendance_entry.added_by": "the people who listened are others",
    "backup.user_id": "runs of the installation",
    "branch_order.instructor_id": "told by the offers and lectures that follow from it",
    "consent_answer.user_id": "that the question was answered; the consents are exported",
    "contact_request_history.user_id": "the requests are exported",
    "digest_day.user_id": "the day of the last digest, which is in the mailbox",
    "distinct_entries.first_id": "said of entries by a coordinator",
    "distinct_entries.second_id": "said of entries by a coordinator",
    "distinct_entries.user_id": "the entries are somebody else's",
    "export_file.user_id": "a file about other people, gone after a day",
    "message_thread.instructor_id": "the messages that the person sent are exported",
    "consent.given_by_id": "the consents themselves are exported",
    "default_hours.instructor_id": "the hours that were filled in are exported",
    "default_hours.user_id": "the hours are somebody else's",
    "delivery.user_id": "what was sent is in the person's mailbox",
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
    "lecture_reminder.user_id": "that a reminder was sent; the lectures are exported",
    "list_draft.user_id": "a file about organisations, gone after a day",
    "named_attendee.named_by": "the people who were named are others",
    "membership.instructor_id": "exported with the account",
    "order_offer.dispatched_by": "the order is a branch's",
    "proposal_option.instructor_id": "exported when it becomes a lecture; until then others ask",
    "remembered_column.user_id": "headers of spreadsheets",
    "requested_change.user_id": "the entries are other people's, or exported with the entry",
    "attendee_reply.user_id": "the answers are told by the history of the lectures",
    "returned_address.user_id": "told on the own account while it lasts",
    "reset_link.made_by": "the link is somebody else's",
    "reset_link.user_id": "a secret of an hour",
    "schedule_change.instructor_id": "earlier hours, for undoing; the present ones are exported",
    "schedule_change.user_id": "the hours are somebody else's",
    "season_plan.user_id": "a calculation about orders of branches",
    "season_plan_row.instructor_id": "a calculation; told when it becomes an offer",
    "service_certificate.issued_by": "the certificate is somebody else's",
    "sign_in_code.user_id": "a secret of minutes",
    "term_ending.user_id": "the term is somebody else's",
    "text_stop.user_id": "told on the page of text messages",
}
"""Foreign keys to accounts and entries whose rows are not in the file, with the reason."""
