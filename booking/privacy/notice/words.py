"""What the privacy notice calls data, readers and legal bases."""

from __future__ import annotations

from collections.abc import Mapping

from booking.errors import Text
from booking.sentences import N_
from booking.settings.engine.declarations import PublicRegister
from booking.visibility.engine.data import Datum
from booking.visibility.engine.readers import Purpose, Reader
from booking.visibility.engine.table import LegalBasis

DATA: Mapping[Datum, Text] = {
    Datum.NAME: N_("name of the instructor"),
    Datum.TITLE: N_("title"),
    Datum.WORKPLACE: N_("workplace"),
    Datum.BIOGRAPHY: N_("introduction"),
    Datum.FIELDS: N_("fields"),
    Datum.TOPICS: N_("topics"),
    Datum.DISTRICT: N_("districts"),
    Datum.PORTRAIT: N_("photo, which is optional"),
    Datum.FREE_TIMES: N_("free times"),
    Datum.TOPIC_DRAFTS: N_("topics that are not published"),
    Datum.TERM: N_("term of appointment"),
    Datum.SUSPENSIONS: N_("suspensions"),
    Datum.DEPARTURE: N_("leaving the register"),
    Datum.GENDER: N_("gender"),
    Datum.BIRTH_MONTH: N_("month of birth"),
    Datum.ENTRY_HISTORY: N_("changes of the entry"),
    Datum.EXTERNAL_CALENDARS: N_("addresses of own calendars"),
    Datum.FEED_ADDRESSES: N_("calendar addresses"),
    Datum.PHONE: N_("telephone number"),
    Datum.EMAIL: N_("mail address"),
    Datum.ACCOUNT_NAME: N_("name of the branch contact"),
    Datum.SIGN_IN_NAME: N_("names to sign in with"),
    Datum.MEMBERSHIPS: N_("what an account may do"),
    Datum.SIGN_INS: N_("sign-ins"),
    Datum.FACTORS: N_("passkeys and second steps"),
    Datum.INVITATION: N_("invitations to join"),
    Datum.BOOKING_NOTE: N_("notes of bookings"),
    Datum.LECTURE_REASON: N_("reasons of lectures"),
    Datum.REVIEW_REMARKS: N_("remarks of a review"),
    Datum.RECORD_NOTE: N_("notes of records"),
    Datum.LECTURE_HISTORY: N_("history of lectures"),
    Datum.ORDER_TEXTS: N_("texts of orders"),
    Datum.ORDER_REASON: N_("reasons of orders"),
    Datum.ENTRY_REMARKS: N_("remarks on changes of an entry"),
    Datum.NOMINATION: N_("nominations"),
    Datum.NOMINATION_CONTACT: N_("contacts in nominations"),
    Datum.NOMINATION_REASON: N_("reasons of nominations"),
    Datum.TRIAL_NOTE: N_("notes of trial lectures"),
    Datum.JOIN_REQUEST: N_("requests to join"),
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
