"""Change organisations: add, rename, move to a region, close, open, remove.

The caller owns the transaction. Each function checks the permission on the locked row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from booking import audit
from booking.accounts import service as accounts
from booking.accounts.engine.csv_lists import LONGEST_ORGANISATION
from booking.accounts.engine.roles import Actor
from booking.accounts.models import Organisation
from booking.db import references
from booking.errors import Conflict, Invalid, NotFound
from booking.organisations.queries import may_edit
from booking.sentences import N_
from booking.text import plain

LONGEST_REASON = 200


class StillUsed(Conflict):
    """Something names the organisation, so that it can be closed but not removed."""

    sentence = N_(
        "This branch has contacts, lectures or orders. It cannot be removed: close it, or merge "
        "it into another."
    )


class Merged(Conflict):
    """The organisation was merged in the meantime."""

    sentence = N_("This branch was merged into another in the meantime. Look at the list again.")


def editable(session: Session, organisation_id: int, actor: Actor) -> Organisation:
    """Lock an organisation to change it; raises `NotFound`, or `Merged` for an alias."""
    query = select(Organisation).where(Organisation.id == organisation_id)
    query = query.options(lazyload(Organisation.region)).with_for_update()
    organisation = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if organisation is None or not may_edit(actor, organisation.region_code):
        raise NotFound()
    if organisation.merged_into_id is not None:
        raise Merged()
    return organisation


def add(session: Session, *, name: str, region_code: str, actor: Actor) -> Organisation:
    """Add an organisation; raises `Invalid` for a wrong name or region."""
    code = region_in_scope(session, region_code, actor)
    checked_name(session, name, code)
    return accounts.add_organisation(session, name=name, region_code=code)


def edit(
    session: Session, *, organisation_id: int, name: str, region_code: str, actor: Actor
) -> Organisation:
    """Give an organisation a name and a region; raises `Invalid` for a wrong one."""
    organisation = editable(session, organisation_id, actor)
    code = region_in_scope(session, region_code, actor)
    before = organisation.name, organisation.region_code
    name = checked_name(session, name, code, besides=organisation)
    if (name, code) == before:
        return organisation
    organisation.name, organisation.region_code = name, code
    session.flush()
    session.refresh(organisation, ["region"])
    changes = {"name": [before[0], name], "region": [before[1], code]}
    detail = {key: pair for key, pair in changes.items() if pair[0] != pair[1]}
    record(session, audit.Action.ORGANISATION_CHANGED, organisation, detail)
    return organisation


def close(
    session: Session, *, organisation_id: int, reason: str, actor: Actor, now: datetime
) -> Organisation:
    """Close an organisation: it can book nothing, and is offered nowhere."""
    organisation = editable(session, organisation_id, actor)
    reason = plain(reason).strip()
    if not reason:
        raise Invalid(_("Say why: the contacts of the branch read it."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise Invalid(
            N_("The reason is too long: at most %(max)s characters.", max=LONGEST_REASON),
            field="reason",
        )
    organisation.closed_at, organisation.closed_reason = now, reason
    session.flush()
    record(session, audit.Action.ORGANISATION_CLOSED, organisation, {"reason": reason})
    return organisation


def reopen(session: Session, *, organisation_id: int, actor: Actor) -> Organisation:
    """Let a closed organisation book again; of an open one nothing changes."""
    organisation = editable(session, organisation_id, actor)
    if organisation.closed_at is not None:
        organisation.closed_at, organisation.closed_reason = None, ""
        session.flush()
        record(session, audit.Action.ORGANISATION_OPENED, organisation, {})
    return organisation


def remove(session: Session, *, organisation_id: int, actor: Actor) -> str:
    """Remove an organisation that nothing names; returns its name. Raises `StillUsed`."""
    organisation = editable(session, organisation_id, actor)
    if references.is_named(session, Organisation.__tablename__, organisation.id):
        raise StillUsed()
    record(session, audit.Action.ORGANISATION_REMOVED, organisation, {})
    session.delete(organisation)
    session.flush()
    return organisation.name


def region_in_scope(session: Session, region_code: str, actor: Actor) -> str:
    """The code of a region of the actor's; raises `Invalid` for any other."""
    code = accounts.known_region(session, region_code).code
    if not may_edit(actor, code):
        raise accounts.unknown_region()
    return code


def checked_name(
    session: Session, name: str, region_code: str, *, besides: Organisation | None = None
) -> str:
    """A name for an organisation, unique in its region; raises `Invalid`.

    A name of an organisation that was merged into `besides` is free: the alias takes over the
    present name.
    """
    name = plain(name).strip()
    if not name:
        raise Invalid(_("Give the branch a name."), field="name")
    if len(name) > LONGEST_ORGANISATION:
        raise Invalid(
            N_("The name is too long: at most %(max)s characters.", max=LONGEST_ORGANISATION),
            field="name",
        )
    for other in accounts.organisations_called(session, name, region_code=region_code):
        if besides is not None and other.id == besides.id:
            continue
        if besides is not None and other.merged_into_id == besides.id:
            _exchange(session, other, besides)
        elif other.merged_into_id is not None:
            raise Invalid(
                _("%(name)s was merged into another branch, and its name leads there.", name=name),
                field="name",
            )
        else:
            raise Invalid(_("%(name)s is known in this district already.", name=name), field="name")
    return name


def _exchange(session: Session, alias: Organisation, present: Organisation) -> None:
    """Let the alias have the name that its successor gives up."""
    former, region = present.name, present.region_code
    present.name = f"{former[:100]} #{present.id}"  # Free for a moment: names are unique.
    session.flush()
    alias.name, alias.region_code = former, region
    session.flush()


def record(
    session: Session, action: audit.Action, organisation: Organisation, detail: Mapping[str, object]
) -> None:
    """Write the audit entry of an organisation."""
    audit.record(
        session,
        action,
        about=audit.About(audit.SubjectKind.ORGANISATION, organisation.id, organisation.name),
        region_code=organisation.region_code,
        detail=detail,
    )
