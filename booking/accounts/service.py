"""Make regions, organisations, users and memberships."""

from __future__ import annotations

import uuid
from datetime import datetime

from flask_babel import gettext as _
from flask_security.utils import hash_password
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.csv_lists import LONGEST_ORGANISATION, read_organisations, read_regions
from booking.accounts.engine.email_addresses import is_address
from booking.accounts.engine.passwords import weakness
from booking.accounts.engine.roles import Role, lineage
from booking.accounts.models import Membership, Organisation, Region, ResetRequest, User
from booking.accounts.words import PASSWORD_REFUSED
from booking.errors import Invalid
from booking.text import plain


def add_region(
    session: Session, *, code: str, name: str, name_en: str | None, parent_code: str | None
) -> Region:
    """Add a region or correct its name."""
    region = session.get(Region, code)
    if region is None:
        region = Region(code=code, parent_code=parent_code)
        session.add(region)
    region.name, region.name_en, region.parent_code = name, name_en, parent_code
    return region


def known_region(session: Session, code: str) -> Region:
    """The region of a code, or `Invalid` (422)."""
    # PostgreSQL takes no NUL, so what can be no code does not reach it.
    region = session.get(Region, code) if code.isdecimal() else None
    if region is None:
        raise unknown_region()
    return region


def unknown_region() -> Invalid:
    """The refusal of a region that does not exist."""
    return Invalid(_("There is no such district. Choose one from the list."), field="region")


def add_organisation(session: Session, *, name: str, region_code: str) -> Organisation:
    """Add a unit that books."""
    known_region(session, region_code)
    name = plain(name).strip()
    if not name:
        raise Invalid(_("Give the branch a name."), field="name")
    if len(name) > LONGEST_ORGANISATION:
        raise Invalid(_("The name is too long: at most 120 characters."), field="name")
    if organisations_called(session, name, region_code=region_code):
        raise Invalid(_("%(name)s is known in this district already.", name=name), field="name")
    organisation = Organisation(name=name, region_code=region_code)
    session.add(organisation)
    session.flush()
    audit.record(
        session,
        audit.Action.ORGANISATION_MADE,
        about=audit.About(audit.Kind.ORGANISATION, organisation.id, name),
        region_code=region_code,
    )
    return organisation


def organisations_called(
    session: Session, name: str, *, region_code: str | None = None
) -> list[Organisation]:
    """The organisations of this name, in one region or anywhere."""
    query = select(Organisation).where(Organisation.name == name)
    if region_code is not None:
        query = query.where(Organisation.region_code == region_code)
    return list(session.scalars(query.order_by(Organisation.id)))


def load_regions(session: Session, data: bytes) -> int:
    """Add the regions of a list and correct the names of known ones; raises `WrongRows`."""
    lines = read_regions(data, session.scalars(select(Region.code)))
    for line in lines:
        add_region(
            session,
            code=line.code,
            name=line.name,
            name_en=line.name_en,
            parent_code=line.parent,
        )
        # The next one may lie below it.
        session.flush()
    audit.record(session, audit.Action.REGIONS_LOADED, detail={"rows": len(lines)})
    return len(lines)


def load_organisations(session: Session, data: bytes) -> tuple[int, int]:
    """Add the organisations of a list; returns how many are new and how many were known.

    Raises `WrongRows`. Loading a list twice changes nothing.
    """
    lines = read_organisations(data, session.scalars(select(Region.code)))
    known = {
        (one.region_code, one.name)
        for one in session.execute(select(Organisation.region_code, Organisation.name))
    }
    wanted = dict.fromkeys((line.region, line.name) for line in lines)
    new = [one for one in wanted if one not in known]
    session.add_all(Organisation(name=name, region_code=region) for region, name in new)
    session.flush()
    counts = {"added": len(new), "unchanged": len(lines) - len(new)}
    audit.record(session, audit.Action.ORGANISATIONS_LOADED, detail=counts)
    return len(new), len(lines) - len(new)


def create_user(
    session: Session,
    *,
    email: str,
    name: str,
    now: datetime,
    password: str | None = None,
    password_hash: str | None = None,
) -> User:
    """Add somebody who can sign in; without a password, by the reset mail only."""
    address = email.strip().lower()
    if not is_address(address):
        raise Invalid(_("This is not an e-mail address, such as name@example.org."), field="email")
    weak = weakness(password, (name, address)) if password is not None else None
    if weak is not None:
        raise Invalid(PASSWORD_REFUSED[weak], field="password")
    taken = session.scalar(select(User.id).where(func.lower(User.email) == address))
    if taken is not None:
        raise Invalid(_("%(email)s already has an account.", email=address), field="email")
    if password is not None:
        password_hash = hash_password(password)
    user = User(
        email=address,
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


def as_subject(user: User) -> audit.About:
    """An account as the audit log names it."""
    return audit.About(audit.Kind.USER, user.id, user.name or user.email)


def choose_language(session: Session, *, user_id: int, language: str) -> None:
    """Write to somebody in this language from now on."""
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
    """Give a user a role, limited to an organisation, an instructor or a region."""
    if role is Role.COORDINATOR:
        known_region(session, region_code or "")
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
    audit.record(
        session,
        audit.Action.ROLE_GIVEN,
        about=as_subject(user),
        region_code=region_code,
        detail=role_facts(membership),
    )
    return membership


def ask_for_reset(session: Session, *, email: str, language: str | None, now: datetime) -> None:
    """Keep for the worker that a link to set a new password was asked for.

    An address that is too long for a column belongs to nobody; it is cut, so that all are alike.
    """
    session.add(ResetRequest(email=email[:255], language=language, asked_at=now))


def role_facts(membership: Membership) -> dict[str, str | int]:
    """A role and what it is limited to, for an entry of the audit log."""
    limits = {
        "organisation": membership.organisation_id,
        "instructor": membership.instructor_id,
    }
    return {"role": membership.role.value} | {
        name: limit for name, limit in limits.items() if limit is not None
    }


def users_of_organisation(session: Session, organisation_id: int) -> list[User]:
    """Everybody who books for an organisation."""
    return _members(session, Membership.organisation_id == organisation_id)


def users_of_instructor(session: Session, instructor_id: int) -> list[User]:
    """Everybody who is this instructor."""
    return _members(session, Membership.instructor_id == instructor_id)


def coordinators_of(session: Session, region_code: str) -> list[User]:
    """The coordinators who keep a region's register, the nearest level only."""
    for code in lineage(region_code):
        found = _members(session, Membership.region_code == code)
        if found:
            return found
    return []


def _members(session: Session, condition: object) -> list[User]:
    query = select(User).join(Membership).where(condition, User.active).order_by(User.id)  # type: ignore[arg-type]
    return list(session.scalars(query).unique())
