"""Invites many instructors at once: those with an address by mail, the others by cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from booking import clock
from booking.accounts.engine.roles import Actor
from booking.accounts.guards import actor, requires
from booking.accounts.queries import all_regions
from booking.db import db, unit_of_work
from booking.members import handover, targets
from booking.members.handover import Card
from booking.members.invitations import queries, service
from booking.members.invitations.letters import url_of
from booking.members.invitations.ports import people_of_import
from booking.members.invitations.queries import MOST_AT_ONCE
from booking.members.invitations.service import Invitee, Sent
from booking.members.refusals import out_of_scope
from booking.members.targets import described
from booking.web.request_safety import LARGEST_ID

LONGEST_KEY = 43


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule(
        "/people/invite-several", "invite_several", invite_several, methods=["GET", "POST"]
    )


@dataclass(frozen=True, slots=True)
class Invited:
    """What became of many invitations: how many went by mail, and the others with their links."""

    mailed: int
    handed_over: list[Sent]


@requires("member.invite")
def invite_several() -> ResponseReturnValue:
    """List instructors without an account; invite those that are chosen."""
    if request.method == "POST":
        return _invite(_ids(request.form.getlist("instructor_id")))
    session, who = db.session(), actor()
    region = request.args.get("region", "")
    code = region if region.isdecimal() and region.isascii() and len(region) <= 12 else None
    listed, key = _ids(request.args.getlist("instructor_id")), _import_key(request.args)
    chosen = people_of_import(session, key, who) if key else listed or None
    candidates = queries.uninvited(
        session, who, region_code=code, instructor_ids=chosen, now=clock.now()
    )
    contacts = queries.registered_contacts(session, [one.id for one in candidates.rows])
    by_mail = {
        key for key, names in contacts.items() if any(name.email is not None for name in names)
    }
    return render_template(
        "members/invite_several.html",
        candidates=candidates,
        by_mail=by_mail,
        region=code,
        listed=listed,
        import_key=key,
        regions=all_regions(session),
    )


def _import_key(values: Mapping[str, str]) -> str:
    """The import whose people are invited; empty: of none."""
    return values.get("import", "")[:LONGEST_KEY]


def _invite(ids: list[int]) -> ResponseReturnValue:
    key = _import_key(request.form)
    # Of an import more may be left than were listed at once.
    parameters: dict[str, Any] = {"import": key} if key else {}
    if not ids:
        flash(_("Nobody was chosen. Tick at least one name."), "danger")
        return redirect(url_for("members.invite_several", **parameters), 303)
    back = url_for("members.invite_several", **parameters) if key else None
    with unit_of_work() as session:
        invited = invite_all(session, actor(), ids, now=clock.now())
    mailed = ngettext(
        "%(num)s invitation goes out by mail.",
        "%(num)s invitations go out by mail.",
        invited.mailed,
    )
    if not invited.handed_over:
        if not invited.mailed:
            out_of_scope("invite several")
        flash(mailed, "success" if invited.mailed else "danger")
        return redirect(back or url_for("members.invitations"), 303)
    return handover.page(
        [_card(sent) for sent in invited.handed_over],
        heading=_("Invitations to hand over"),
        back=back or url_for("members.invitations"),
        back_words=_("Invite instructors") if back else _("Invitations"),
        mailed=invited.mailed,
    )


def invite_all(session: Session, who: Actor, ids: list[int], *, now: datetime) -> Invited:
    """Invite those of the instructors who are in scope and have no account, in one transaction."""
    instructors = queries.to_invite(session, who, ids)
    contacts = queries.registered_contacts(session, [one.id for one in instructors])
    mailed, handed_over = 0, []
    for instructor in instructors:
        known_by = next(iter(contacts.get(instructor.id, [])), None)
        by_mail = known_by is not None and known_by.email is not None
        sent = service.invite(
            session,
            actor=who,
            target=targets.of_instructor(instructor),
            invitee=Invitee(instructor.name, known_by),
            by_mail=by_mail,
            now=now,
        )
        if by_mail:
            mailed += 1
        else:
            handed_over.append(sent)
    return Invited(mailed, handed_over)


def _card(sent: Sent) -> Card:
    target = targets.of_invitation(sent.invitation)
    return Card(
        sent.invitation.name, described(target), url_of(sent.token), sent.invitation.expires_at
    )


def _ids(texts: list[str]) -> list[int]:
    numbers = [
        int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 11
    ]
    return list(dict.fromkeys(n for n in numbers if 0 < n <= LARGEST_ID))[:MOST_AT_ONCE]
