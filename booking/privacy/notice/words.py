"""What the privacy notice calls data, readers and legal bases."""

from __future__ import annotations

from collections.abc import Mapping

from booking.errors import Text
from booking.sentences import N_
from booking.settings.engine.declarations import PublicRegister
from booking.settings.engine.text_declarations import TextService
from booking.visibility.engine.data import Datum
from booking.visibility.engine.readers import Purpose, Reader
from booking.visibility.engine.table import LegalBasis

DATA: Mapping[Datum, Text] = {
    Datum.NAME: N_("Name of the instructor"),
    Datum.TITLE: N_("Title"),
    Datum.WORKPLACE: N_("Workplace"),
    Datum.BIOGRAPHY: N_("Introduction"),
    Datum.FIELDS: N_("Fields"),
    Datum.TOPICS: N_("Topics"),
    Datum.DISTRICT: N_("Districts"),
    Datum.PORTRAIT: N_("Photo, which is optional"),
    Datum.FREE_TIMES: N_("Free times"),
    Datum.TOPIC_DRAFTS: N_("Topics that are not published"),
    Datum.TERM: N_("Term of appointment"),
    Datum.SUSPENSIONS: N_("Suspensions"),
    Datum.DEPARTURE: N_("Leaving the register"),
    Datum.GENDER: N_("Gender"),
    Datum.BIRTH_MONTH: N_("Month of birth"),
    Datum.ENTRY_HISTORY: N_("Changes of the entry"),
    Datum.EXTERNAL_CALENDARS: N_("Addresses of own calendars"),
    Datum.FEED_ADDRESSES: N_("Calendar addresses"),
    Datum.PHONE: N_("Telephone number"),
    Datum.EMAIL: N_("Mail address"),
    Datum.ACCOUNT_NAME: N_("Name of the branch contact"),
    Datum.SIGN_IN_NAME: N_("Names to sign in with"),
    Datum.MEMBERSHIPS: N_("What an account may do"),
    Datum.SIGN_INS: N_("Sign-ins"),
    Datum.FACTORS: N_("Passkeys and second steps"),
    Datum.INVITATION: N_("Invitations to join"),
    Datum.BOOKING_NOTE: N_("Notes of bookings"),
    Datum.LECTURE_REASON: N_("Reasons of lectures"),
    Datum.REVIEW_REMARKS: N_("Remarks of a review"),
    Datum.RECORD_NOTE: N_("Notes of records"),
    Datum.LECTURE_HISTORY: N_("History of lectures"),
    Datum.ORDER_TEXTS: N_("Texts of orders"),
    Datum.ORDER_REASON: N_("Reasons of orders"),
    Datum.ENTRY_REMARKS: N_("Remarks on changes of an entry"),
    Datum.NOMINATION: N_("Nominations"),
    Datum.NOMINATION_CONTACT: N_("Contacts in nominations"),
    Datum.NOMINATION_REASON: N_("Reasons of nominations"),
    Datum.TRIAL_NOTE: N_("Notes of trial lectures"),
    Datum.JOIN_REQUEST: N_("Requests to join"),
}

READERS: Mapping[Reader, Text] = {
    Reader.PUBLIC: N_("everybody"),
    Reader.MEMBER: N_("signed-in branches and instructors"),
    Reader.COUNTERPART: N_("the other side of the lecture"),
    Reader.GRANTED: N_("who was allowed to for some time"),
    Reader.COORDINATOR: N_("coordinators of the region"),
    Reader.PERSON: N_("the person"),
}

TO_ALL: Mapping[PublicRegister, Text] = {
    PublicRegister.EVERYBODY: READERS[Reader.PUBLIC],
    PublicRegister.PER_PERSON: N_(
        "everybody, of instructors who agreed to it; otherwise signed-in branches and instructors"
    ),
    PublicRegister.MEMBERS: READERS[Reader.MEMBER],
}
"""Who sees what the table opens to everybody, by the setting of the public register."""

PURPOSES: Mapping[Purpose, Text] = {
    Purpose.PUBLISH: N_("for everybody"),
    Purpose.BRANCHES: N_("for all branches"),
    Purpose.LECTURES: N_("for confirmed lectures"),
    Purpose.ENTRY: N_("for the entry itself"),
}

BASES: Mapping[LegalBasis, Text] = {
    LegalBasis.CONSENT: N_("your consent"),
    LegalBasis.CONTRACT: N_("needed for the lectures that were agreed"),
    LegalBasis.DUTY: N_("a duty by law"),
}

TEXT_SERVICES: Mapping[TextService, Text] = {
    TextService.TENCENT: N_("Tencent Cloud Computing (Beijing) Co., Ltd."),
    TextService.HOOK: N_("the service that the operator names above"),
}
"""Who processes telephone numbers for text messages, by the setting."""
