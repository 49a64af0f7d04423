"""Creates and loads regions, organisations, users and memberships."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_security.utils import hash_password
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.csv_lists import (
    LONGEST_ORGANISATION,
    RegionLine,
    read_organisations,
    read_regions,
)
from booking.accounts.engine.email_addresses import is_address
from booking.accounts.engine.passwords import weakness
from booking.accounts.engine.roles import Role, lineage
from booking.accounts.engine.sign_in_names import read_phone, shown_phone
from booking.accounts.models import Membership, Organisation, Region, ResetRequest, User
from booking.accounts.successors.queries import locked_id, present_code, present_id
from booking.accounts.words import PASSWORD_REFUSED
from booking.errors import Invalid
from booking.sentences import N_
from booking.settings.service import note_set_up
from booking.text import plain


def add_region(
    session: Session, *, code: str, name: str, name_en: str | None, parent_code: str | None
) -> Region:
    """Add a region, or update its names and parent."""
    region = session.get(Region, code)
    if region is None:
        region = Region(code=code, parent_code=parent_code)
        session.add(region)
    region.name, region.name_en, region.parent_code = name, name_en, parent_code
    return region


def known_region(session: Session, code: str) -> Region:
    """The region of a code, or the one that took it in; raises `Invalid` (422)."""
    # Checked first, because PostgreSQL rejects NUL in a parameter.
    region = session.get(Region, code) if code.isdecimal() else None
    if region is None:
        raise unknown_region()
    if region.merged_into_code is not None:
        return session.get_one(Region, region.merged_into_code)
    return region


def unknown_region() -> Invalid:
    """The error for a region that does not exist."""
    return Invalid(N_("There is no such district. Choose one from the list."), field="region")


def add_organisation(session: Session, *, name: str, region_code: str) -> Organisation:
    """Add an organisation; raises `Invalid` for an empty, long or existing name."""
    region_code = known_region(session, region_code).code
    name = plain(name).strip()
    if not name:
        raise Invalid(_("Give the branch a name."), field="name")
    if len(name) > LONGEST_ORGANISATION:
        raise Invalid(
            N_("The name is too long: at most %(max)s characters.", max=LONGEST_ORGANISATION),
            field="name",
        )
    if organisations_called(session, name, region_code=region_code):
        raise Invalid(_("%(name)s is known in this district already.", name=name), field="name")
    organisation = Organisation(name=name, region_code=region_code)
    session.add(organisation)
    session.flush()
    audit.record(
        session,
        audit.Action.ORGANISATION_MADE,
        about=audit.About(audit.SubjectKind.ORGANISATION, organisation.id, name),
        region_code=region_code,
    )
    return organisation


def organisations_called(
    session: Session, name: str, *, region_code: str | None = None
) -> list[Organisation]:
    """The organisations of this name, in one region or in all."""
    query = select(Organisation).where(Organisation.name == name)
    if region_code is not None:
        query = query.where(Organisation.region_code == region_code)
    return list(session.scalars(query.order_by(Organisation.id)))


def load_regions(session: Session, data: bytes) -> int:
    """Add or update the regions of a CSV file; returns their number; raises `WrongRows`."""
    lines = read_regions(data, session.scalars(select(Region.code)))
    add_regions(session, lines)
    return len(lines)


def add_regions(
    session: Session, lines: Sequence[RegionLine], *, by: audit.By | None = None
) -> None:
    """Add or update regions, parents first."""
    for line in lines:
        add_region(
            session,
            code=line.code,
            name=line.name,
            name_en=line.name_en,
            parent_code=line.parent,
        )
        # The next region may reference this one as its parent.
        session.flush()
    audit.record(session, audit.Action.REGIONS_LOADED, by=by, detail={"rows": len(lines)})


def load_organisations(session: Session, data: bytes) -> tuple[int, int]:
    """Add the organisations of a CSV file; returns the numbers of new and of existing ones.

    Raises `WrongRows`. Idempotent.
    """
    lines = read_organisations(data, session.scalars(select(Region.code)))
    existing = {
        (row.region_code, row.name)
        for row in session.execute(select(Organisation.region_code, Organisation.name))
    }
    listed = dict.fromkeys((line.region, line.name) for line in lines)
    new = [key for key in listed if key not in existing]
    session.add_all(Organisation(name=name, region_code=region) for region, name in new)
    session.flush()
    counts = {"added": len(new), "unchanged": len(lines) - len(new)}
    audit.record(session, audit.Action.ORGANISATIONS_LOADED, detail=counts)
    return len(new), len(lines) - len(new)


def create_user(
    session: Session,
    *,
    name: str,
    now: datetime,
    email: str | None = None,
    phone: str | None = None,
    password: str | None = None,
    password_hash: str | None = None,
) -> User:
    """Add a user account, known by an address, a number or both.

    Without a password, the user must set one by the reset mail. Raises `Invalid` for an invalid or
    taken address or number, or a weak password.
    """
    address = None if email is None else _new_address(session, email)
    number = None if phone is None else _new_number(session, phone)
    own = [text for text in (name, address, number) if text]
    weak = weakness(password, own) if password is not None else None
    if weak is not None:
        raise Invalid(PASSWORD_REFUSED[weak], field="password")
    if password is not None:
        password_hash = hash_password(password)
    user = User(
        email=address,
        phone=number,
        name=plain(name).strip(),
        password=password_hash,
        active=True,
        fs_uniquifier=uuid.uuid4().hex,
        created_at=now,
    )
    session.add(user)
    session.flush()
    audit.record(session, audit.Action.ACCOUNT_MADE, about=as_subject(user))
    return user


def _new_address(session: Session, email: str) -> str:
    address = email.strip().lower()
    if not is_address(address):
        raise Invalid(_("This is not an e-mail address, such as name@example.org."), field="email")
    taken = session.scalar(select(User.id).where(func.lower(User.email) == address))
    if taken is not None:
        raise Invalid(_("%(email)s already has an account.", email=address), field="email")
    return address


def _new_number(session: Session, phone: str) -> str:
    number = read_phone(phone)
    if number is None:
        raise Invalid(_("This is not a mobile telephone number."), field="phone")
    if session.scalar(select(User.id).where(User.phone == number)) is not None:
        raise Invalid(
            _("%(email)s already has an account.", email=shown_phone(number)), field="phone"
        )
    return number


def as_subject(user: User) -> audit.About:
    """An account as the subject of an audit entry."""
    return audit.About(audit.SubjectKind.USER, user.id, user.label)


def choose_language(session: Session, *, user_id: int, language: str) -> None:
    """Set the language of a user's mail."""
    session.get_one(User, user_id).language = language


def add_membership(
    session: Session,
    *,
    user: User,
    role: Role,
    now: datetime,
    organisation_id: int | None = None,
    instructor_id: int | None = None,
    region_code: str | None = None,
) -> Membership:
    """Add a membership: a role limited to an organisation, an instructor or a region."""
    if role is Role.COORDINATOR:
        region_code = known_region(session, region_code or "").code
    if organisation_id is not None:
        organisation_id = locked_id(session, organisation_id)
    membership = Membership(
        user=user,
        role=role,
        organisation_id=organisation_id,
        instructor_id=instructor_id,
        region_code=region_code,
        created_at=now,
    )
    session.add(membership)
    session.flush()
    if role is Role.ADMIN:
        # The page of the first start is gone for good.
        note_set_up(session, now=now)
    audit.record(
        session,
        audit.Action.ROLE_GIVEN,
        about=as_subject(user),
        region_code=region_code,
        detail=role_facts(membership),
    )
    return membership


def ask_for_reset(session: Session, *, email: str, language: str | None, now: datetime) -> None:
    """Store a request for a password reset link, which the worker handles.

    An address too long for the column has no account; it is truncated rather than rejected, so
    that all addresses get the same response.
    """
    session.add(ResetRequest(email=email[:255], language=language, asked_at=now))


def role_facts(membership: Membership) -> dict[str, str | int]:
    """A role and its limits, for the detail of an audit entry."""
    limits = {
        "organisation": membership.organisation_id,
        "instructor": membership.instructor_id,
    }
    return {"role": membership.role.value} | {
        name: limit for name, limit in limits.items() if limit is not None
    }


def users_of_organisation(session: Session, organisation_id: int) -> list[User]:
    """The active branch contacts, whom mail reaches, of an organisation or its successor."""
    present = present_id(organisation_id).scalar_subquery()
    return _members(session, Membership.organisation_id == present)


def users_of_instructor(session: Session, instructor_id: int) -> list[User]:
    """The active users with a membership as this instructor who can be reached by mail."""
    return _members(session, Membership.instructor_id == instructor_id)


def coordinators_of(session: Session, region_code: str) -> list[User]:
    """The active coordinators of a region whom mail reaches, or of the nearest above with any."""
    for code in lineage(present_code(session, region_code)):
        coordinators = _members(session, Membership.region_code == code)
        if coordinators:
            return coordinators
    return []


def _members(session: Session, condition: object) -> list[User]:
    reached = (condition, User.active, User.email.is_not(None))
    query = select(User).join(Membership).where(*reached).order_by(User.id)  # type: ignore[arg-type]
    return list(session.scalars(query).unique())
