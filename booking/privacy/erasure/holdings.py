"""Where texts about a person are stored, and what becomes of each when the person has left.

A test compares these with the columns of all tables, so that none can be forgotten. What stays are
numbers, instants, states and links: the history keeps its shape, and statistics their totals.
Rows that go are listed here, texts of rows that stay in `texts`.
"""

from __future__ import annotations

from sqlalchemy import select

from booking.accounts.codes.models import SignInCode
from booking.accounts.models import Membership, Passkey, ResetRequest, SignIn
from booking.availability.defaults.models import DefaultHours
from booking.availability.external.models import ExternalCalendar
from booking.availability.models import (
    BookingRule,
    DateOverride,
    ScheduleChange,
    Suspension,
    Timetable,
    WeeklyBlock,
)
from booking.calendars.feeds.models import Feed
from booking.contacts.models import Consent, ConsentAnswer, UserContact
from booking.dossiers.service_certificates.models import ServiceCertificate
from booking.entries.models import Portrait, RequestedChange
from booking.evaluations.models import EvaluationConsent
from booking.exports.models import ExportFile
from booking.instructors.models import Contact, MergedEntry, ServedRegion
from booking.lectures.attendees.models import NamedAttendee
from booking.members.models import Invitation, JoinRequest, ResetLink
from booking.notifications.choices.models import MessageChoice, MessagePreference
from booking.notifications.digests.models import DigestDay
from booking.notifications.models import Delivery
from booking.notifications.reminders.models import LectureReminder
from booking.notifications.texts.models import TextStop
from booking.organisations.lists.models import ListDraft
from booking.privacy.erasure.fates import Fate, Holding
from booking.privacy.erasure.rows import mentions
from booking.privacy.erasure.texts import (
    DISCLOSURE,
    LECTURES,
    NOMINATIONS,
    ORDERS,
    REGISTER,
    REVEALS,
)
from booking.register.models import (
    BatchEntry,
    DraftState,
    ImportDraft,
    RememberedColumn,
)
from booking.replies.models import AttendeeReply, ReturnedAddress

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
    Holding(
        ServiceCertificate, lambda who: who.is_entry(ServiceCertificate.instructor_id), goes=True
    ),
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
    Holding(ReturnedAddress, lambda who: who.is_account(ReturnedAddress.user_id), goes=True),
    Holding(AttendeeReply, lambda who: who.is_account(AttendeeReply.user_id), goes=True),
    Holding(Passkey, lambda who: who.is_account(Passkey.user_id), goes=True),
    Holding(ResetLink, lambda who: who.is_account(ResetLink.user_id), goes=True),
    Holding(ResetRequest, lambda who: ResetRequest.email.in_(who.contacts), goes=True),
    Holding(
        SignInCode,
        lambda who: who.is_account(SignInCode.user_id) | SignInCode.phone.in_(who.contacts),
        goes=True,
    ),
    Holding(TextStop, lambda who: who.is_account(TextStop.user_id), goes=True),
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
        NamedAttendee,
        lambda who: NamedAttendee.email.in_({contact.lower() for contact in who.contacts}),
        goes=True,
    ),
    Holding(MessageChoice, lambda who: who.is_account(MessageChoice.user_id), goes=True),
    Holding(MessagePreference, lambda who: who.is_account(MessagePreference.user_id), goes=True),
    Holding(LectureReminder, lambda who: who.is_account(LectureReminder.user_id), goes=True),
    Holding(
        EvaluationConsent, lambda who: who.is_entry(EvaluationConsent.instructor_id), goes=True
    ),
    Holding(DigestDay, lambda who: who.is_account(DigestDay.user_id), goes=True),
    Holding(
        Membership,
        lambda who: who.is_entry(Membership.instructor_id) | who.is_account(Membership.user_id),
        goes=True,
    ),
)

CALENDARS = (
    Holding(
        Feed,
        lambda who: who.is_account(Feed.user_id) | who.is_entry(Feed.instructor_id),
        {"name": Fate.EMPTY},
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
    "listener_link.nonce": "drawn at random",
    "listener_evaluation.device_key": "a keyed hash of a number drawn at random",
    "branch_evaluation.further": "numbers",
    "topic_question.text": "questions about a topic",
    "topic_question.choices": "questions about a topic",
    "topic_question.explanation": "questions about a topic",
    "given_answer.device_key": "of a device that nobody knows",
    "given_answer.pair_key": "of a device that nobody knows",
    "given_answer.given": "numbers of choices",
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
    "listener_entry.added_by": "the people who listened are others",
    "listener_entry.link_id": "the people who listened are others, of the branch",
    "listener_entry.lecture_id": "the people who listened are others, of the branch",
    "named_attendee.named_by": "the people who were named are others",
    "follow_up_document.follow_up_id": "a document of the branch, deleted by schedule",
    "named_attendee.lecture_id": "the people who were named are others, of the branch",
    "service_certificate.issued_by": "the certificate is somebody else's",
    "listener_evaluation.link_id": "the answer names the lecture itself",
    "leaving.asked_by_id": "the leaving is somebody else's",
    "order_offer.dispatched_by": "an order of a branch",
    "season_plan.user_id": "keys only",
    "distinct_entries.user_id": "the entries are somebody else's",
    "season_plan_row.plan_id": "the rows of a coordinator's plan are about others",
    "import_batch_entry.batch_id": "the entries of a coordinator's import are others",
}
"""Columns by which a row about others names the person: the key stays, of a row without a name."""
