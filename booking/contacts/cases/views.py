"""A coordinator in scope is shown the contact of an instructor or of a branch, for a case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock
from booking.accounts.engine.permissions import Subject
from booking.accounts.engine.roles import within
from booking.accounts.guards import actor, authorise, requires, signed_in_id
from booking.accounts.models import Organisation, Region
from booking.contacts import service
from booking.contacts.cases.forms import CaseForm
from booking.contacts.engine.owners import Owner
from booking.contacts.engine.reveals import LONGEST_CASE, Basis, ShownContact, Through
from booking.contacts.errors import NothingToShow, case_too_long
from booking.contacts.own.forms import ContactForm
from booking.contacts.queries import KeptContact, contacts_of, contacts_of_all, members_of
from booking.contacts.service import ContactReader
from booking.db import db, unit_of_work
from booking.errors import DomainError, Invalid, NotFound
from booking.instructors.models import Instructor
from booking.sentences import N_
from booking.settings.engine.contact_declarations import REVEALS_PER_DAY
from booking.settings.queries import in_force
from booking.text import is_blank, one_line
from booking.visibility.engine.readers import Reader
from booking.web.problems import on_page
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

LONGEST_NUMBER = 20


@dataclass(frozen=True, slots=True)
class CasePerson:
    """One person whose contact may be shown, with the masked values."""

    owner: Owner
    name: str
    contacts: Sequence[KeptContact]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose contacts the page is about: an entry, or the contacts of a branch."""

    name: str
    people: Sequence[CasePerson]
    back: str
    action: str
    region: str
    """The code of the region in which they are."""
    instructor: Instructor | None = None


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add, both = blueprint.add_url_rule, ["GET", "POST"]
    add("/contacts/entries/<int:instructor_id>", "case", entry_case, methods=both)
    add("/contacts/branches/<int:organisation_id>", "branch_case", branch_case, methods=both)


@requires("contact.case")
@keeps_typed
def entry_case(instructor_id: int) -> ResponseReturnValue:
    """The contacts of an entry: masked; by POST with a reason they are shown once."""
    return _case(lambda session: _entry(session, instructor_id))


@requires("contact.case")
@keeps_typed
def branch_case(organisation_id: int) -> ResponseReturnValue:
    """The contacts of a branch, as those of an entry."""
    return _case(lambda session: _branch(session, organisation_id))


def _entry(session: Session, instructor_id: int) -> Whose:
    one = session.get(Instructor, instructor_id)
    if one is None:
        raise NotFound()
    authorise("contact.case", Subject(region_codes=frozenset({one.region_code})))
    owner = Owner(instructor_id=one.id)
    return Whose(
        one.name,
        [CasePerson(owner, one.name, contacts_of(session, owner))],
        url_for("entries.show", instructor_id=one.id),
        url_for("contacts.case", instructor_id=one.id, lecture=_lecture() or None),
        one.region_code,
        one,
    )


def _branch(session: Session, organisation_id: int) -> Whose:
    one = session.get(Organisation, organisation_id)
    if one is None:
        raise NotFound()
    authorise("contact.case", Subject(region_codes=frozenset({one.region_code})))
    owners = {Owner(user_id=user.id): user.label for user in members_of(session, one.id)}
    kept = contacts_of_all(session, owners)
    people = [CasePerson(owner, name, kept[owner]) for owner, name in owners.items()]
    action = url_for("contacts.branch_case", organisation_id=one.id, lecture=_lecture() or None)
    back = url_for("organisations.one", organisation_id=one.id)
    return Whose(one.name, people, back, action, one.region_code)


def _own_region(session: Session, code: str) -> str:
    """The name of the region for which the reader coordinates this one; empty for others."""
    scopes = [scope for scope in actor().scopes if within(code, scope)]
    region = session.get(Region, max(scopes)) if scopes else None
    return "" if region is None else region.name


def _lecture() -> str:
    """The number of the lecture from whose page the coordinator comes; empty: none."""
    return one_line(request.args.get("lecture", ""))[:LONGEST_NUMBER]


def _case(find: Callable[[Session], Whose]) -> ResponseReturnValue:
    form = CaseForm(formdata=request.form if request.method == "POST" else None)

    def page(
        status: int = 200,
        refusal: DomainError | None = None,
        shown: Sequence[tuple[str, Sequence[ShownContact]]] = (),
    ) -> ResponseReturnValue:
        rendered = render_template(
            "contacts/case.html",
            whose=find(db.session()),
            form=form,
            contact_form=ContactForm(formdata=None),
            shown=shown,
            refusal=refusal,
            lecture=_lecture(),
            longest=LONGEST_CASE,
        )
        return rendered, status

    if request.method == "GET":
        return page()
    whose = find(db.session())
    try:
        if not any(one.contacts for one in whose.people):
            raise NothingToShow()  # The page has no field for a reason then.
        return submitted(form, lambda: page(shown=_reveal(find, form)), page)
    except on_page(DomainError) as error:
        return page(error.status, error)


def _reveal(
    find: Callable[[Session], Whose], form: CaseForm
) -> Sequence[tuple[str, Sequence[ShownContact]]]:
    reason = one_line(form.reason.data or "")
    if is_blank(reason):
        raise Invalid(N_("Say what you need it for: the person reads it."), field="reason")
    if len(reason) > LONGEST_CASE:
        raise case_too_long(LONGEST_CASE)
    basis = Basis(
        readers=frozenset({Reader.PUBLIC, Reader.MEMBER, Reader.COORDINATOR}),
        through=Through.CASE,
        reason=reason,
        reference=_lecture(),
    )
    shown = []
    with unit_of_work() as session:
        whose = find(session)
        reader = ContactReader(signed_in_id(), actor().label, _own_region(session, whose.region))
        for one in whose.people:
            if one.contacts:
                contacts = service.reveal(
                    session,
                    owner=one.owner,
                    reader=reader,
                    basis=basis,
                    now=clock.now(),
                    limit=in_force(REVEALS_PER_DAY),
                )
                shown.append((one.name, contacts))
        if not shown:
            raise NothingToShow()
    return shown
