"""Who is erased: the rows that are the person, and the words by which others name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking import i18n
from booking.accounts.engine.sign_in_names import read_phone, shown_phone
from booking.accounts.models import User
from booking.contacts.models import UserContact
from booking.instructors.models import Contact, Instructor, MergedEntry, Topic
from booking.lectures.models import Lecture
from booking.members.models import Invitation
from booking.nominations.models import Nomination
from booking.orders.models import Order, OrderClaim, OrderOffer
from booking.privacy.erasure.engine.replacements import (
    SHORTEST_CONTACT,
    SHORTEST_DETAIL,
    SHORTEST_NAME,
)

HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Subject:
    """A person who is erased. The words are not shown in logs."""

    user_id: int | None
    instructor_ids: tuple[int, ...]
    label: str
    """What stands in the place of the name from now on."""
    names: frozenset[str] = field(repr=False)
    contacts: frozenset[str] = field(repr=False)
    details: frozenset[str] = field(repr=False)
    """Workplaces and titles, which are erased where only this person is told of."""

    @property
    def own_words(self) -> Mapping[str, str]:
        """All words, for texts that are about this person alone."""
        return {word: "" for word in self.details if len(word) >= SHORTEST_DETAIL} | self.words

    @property
    def hidden_contacts(self) -> Mapping[str, str]:
        """The contacts with what replaces them in any text."""
        return {word: HIDDEN for word in self.contacts if len(word) >= SHORTEST_CONTACT}

    @property
    def words(self) -> dict[str, str]:
        """Names and contacts with what replaces them, in texts about the person."""
        names = {word: self.label for word in self.names if len(word) >= SHORTEST_NAME}
        return names | dict(self.hidden_contacts)

    def is_account(self, column: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
        """SQL condition: the column names the account."""
        return false() if self.user_id is None else column == self.user_id

    def is_entry(self, column: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
        """SQL condition: the column names an entry of the person."""
        return column.in_(self.instructor_ids)

    def is_lecture(self, column: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
        """SQL condition: the column names a lecture of the person."""
        return column.in_(select(Lecture.id).where(self.is_entry(Lecture.instructor_id)))

    def is_order(self, column: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
        """SQL condition: the column names an order for which the person was thought of."""
        asked = (
            select(Order.id).where(self.is_entry(Order.instructor_id)),
            select(Order.id).where(self.is_lecture(Order.lecture_id)),
            select(Order.id).where(self.is_lecture(Order.cancelled_lecture_id)),
            select(Order.id).join(Topic).where(self.is_entry(Topic.instructor_id)),
            select(OrderOffer.order_id).where(self.is_entry(OrderOffer.instructor_id)),
            select(OrderClaim.order_id).where(self.is_entry(OrderClaim.instructor_id)),
        )
        return or_(*(column.in_(query) for query in asked))

    def is_nomination(self, column: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
        """SQL condition: the column names a nomination of the person."""
        return column.in_(select(Nomination.id).where(self.nominated()))

    def nominated(self) -> ColumnElement[bool]:
        """SQL condition on `nomination`: it proposes the person."""
        by_contact = Nomination.phone.in_(self.contacts) | Nomination.email.in_(self.contacts)
        return self.is_entry(Nomination.instructor_id) | by_contact

    def invited(self) -> ColumnElement[bool]:
        """SQL condition on `invitation`: it is for the person."""
        by_contact = Invitation.email.in_(self.contacts) | Invitation.phone.in_(self.contacts)
        to_entry = self.is_entry(Invitation.instructor_id)
        return to_entry | by_contact | self.is_account(Invitation.accepted_by)


def subject_of(
    session: Session, *, user_id: int | None, instructor_ids: tuple[int, ...]
) -> Subject:
    """Read the names and contacts of a person, before anything is erased."""
    names, contacts, details = set[str](), set[str](), set[str]()
    for model, column, condition in (
        (User.name, names, User.id == user_id),
        (Instructor.name, names, Instructor.id.in_(instructor_ids)),
        (MergedEntry.name, names, MergedEntry.instructor_id.in_(instructor_ids)),
        (Instructor.workplace, details, Instructor.id.in_(instructor_ids)),
        (Instructor.title, details, Instructor.id.in_(instructor_ids)),
        (User.email, contacts, User.id == user_id),
        (User.phone, contacts, User.id == user_id),
        (Contact.value, contacts, Contact.instructor_id.in_(instructor_ids)),
        (UserContact.value, contacts, UserContact.user_id == user_id),
    ):
        column.update(one for one in session.scalars(select(model).where(condition)) if one)
    return Subject(
        user_id,
        instructor_ids,
        neutral_label(of_entry=bool(instructor_ids)),
        frozenset(names),
        frozenset(form for contact in contacts for form in _forms(contact)),
        frozenset(details),
    )


def neutral_label(*, of_entry: bool) -> str:
    """What stands for a name that was erased, in the installation's language."""
    with force_locale(i18n.languages()[0]):
        return str(_("Former instructor") if of_entry else _("Former contact person"))


def _forms(contact: str) -> set[str]:
    """A contact as people and tables write it."""
    number = read_phone(contact) if "@" not in contact else None
    return {contact} if number is None else {contact, number, shown_phone(number)}
