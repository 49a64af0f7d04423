"""Pages on which coordinators and administrators invite, and see who has not come yet."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.engine.roles import Role
from booking.accounts.guards import actor, requires
from booking.accounts.queries import all_regions
from booking.db import db, unit_of_work
from booking.errors import Forbidden, NotFound
from booking.members import handover, membership_choice, targets
from booking.members.engine.pages import page_number
from booking.members.engine.states import InvitationState
from booking.members.handover import Card
from booking.members.invitations import queries, service
from booking.members.invitations.forms import InvitationForm, Way
from booking.members.invitations.letters import url_of
from booking.members.invitations.service import Invitee, Sent
from booking.members.refusals import out_of_scope
from booking.members.targets import Target, described
from booking.members.words import INVITATION_STATES, ROLES
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

NOT_COME = frozenset({InvitationState.OPEN, InvitationState.EXPIRED})
"""Who has not come yet."""


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    blueprint.add_url_rule("/invitations", "invitations", overview)
    blueprint.add_url_rule("/people/invite", "invite", invite, methods=["GET", "POST"])
    one = "/invitations/<int:invitation_id>"
    blueprint.add_url_rule(f"{one}/renew", "renew", renew, methods=["POST"])
    blueprint.add_url_rule(f"{one}/revoke", "revoke", revoke, methods=["POST"])
    blueprint.record_once(lambda state: state.app.jinja_env.globals.update(can_invite=can_invite))


def can_invite(instructor_id: int, region_code: str) -> bool:
    """For templates: whether the reader can invite an instructor, who has no account yet."""
    if not actor().coordinates(region_code):
        return False
    return not service.has_account(db.session(), [instructor_id])


@requires("member.invite")
def overview() -> ResponseReturnValue:
    """The invitations, by default of those who have not come yet."""
    states = dict.fromkeys(InvitationState)
    chosen = request.args.get("state", "")
    wanted = queries.Wanted(
        states=frozenset({InvitationState(chosen)}) if chosen in states else _preset(chosen),
        role=_role(request.args.get("role", "")),
        region_code=_region(request.args.get("region", "")),
        name=request.args.get("q", "").strip()[: service.LONGEST_NAME],
    )
    now, session = clock.now(), db.session()
    number = page_number(request.args.get("page", type=int))
    page = queries.invitations(session, actor(), wanted, number=number, now=now)
    return render_template(
        "members/invitations.html",
        page=page,
        wanted=wanted,
        chosen=chosen,
        now=now,
        lines=[(one, targets.of_invitation(one)) for one in page.rows],
        regions=all_regions(session),
        described=described,
        ROLES=ROLES,
        STATES=INVITATION_STATES,
    )


def _preset(chosen: str) -> frozenset[InvitationState]:
    return frozenset() if chosen == "all" else NOT_COME


def _role(text: str) -> Role | None:
    with suppress(ValueError):
        return Role(text)
    return None


def _region(text: str) -> str | None:
    return text if text.isdecimal() and text.isascii() and len(text) <= 12 else None


@requires("member.invite")
@keeps_typed
def invite() -> ResponseReturnValue:
    """Choose what to invite to, then to whom the invitation goes."""
    session, who = db.session(), actor()
    try:
        target = membership_choice.named_target(session, who)
    except NotFound:
        if request.method == "POST":
            out_of_scope("invite")
        raise
    if membership_choice.is_named_in_form():
        out_of_scope("invite")
    if target is None:
        page = render_template(
            "members/choose.html",
            choice=membership_choice.choice(session, who),
            endpoint="members.invite",
            values={},
            person=None,
            ROLES=ROLES,
        )
        return page, 200 if request.method == "GET" else 422
    form = InvitationForm()
    if request.method == "GET":
        if target.role is Role.INSTRUCTOR:
            form.name.data = target.label
        return _form_page(target, form, 200)
    return submitted(
        form, lambda: _invite(target, form), lambda status: _form_page(target, form, status)
    )


def _form_page(target: Target, form: InvitationForm, status: int) -> ResponseReturnValue:
    known = target.instructor_id is not None and bool(
        queries.registered_contacts(db.session(), [target.instructor_id])
    )
    page = render_template(
        "members/invite.html",
        form=form,
        target=target,
        described=described(target),
        contact_known=known,
    )
    return page, status


def _invite(target: Target, form: InvitationForm) -> ResponseReturnValue:
    known_by = form.known_by()
    if known_by is None and target.instructor_id is not None:
        names = queries.registered_contacts(db.session(), [target.instructor_id])
        known_by = next(iter(names.get(target.instructor_id, [])), None)
    with unit_of_work() as session:
        sent = service.invite(
            session,
            actor=actor(),
            target=target,
            invitee=Invitee(form.name.data or "", known_by),
            by_mail=form.by_mail,
            now=clock.now(),
        )
    return _sent(sent, target)


def _sent(sent: Sent, target: Target) -> ResponseReturnValue:
    """The page with the link; after a mail the list."""
    invitation = sent.invitation
    if invitation.by_mail:
        flash(_("The invitation of %(name)s goes out by mail.", name=invitation.name), "success")
        return redirect(url_for("members.invitations"), 303)
    card = Card(invitation.name, described(target), url_of(sent.token), invitation.expires_at)
    return handover.page(
        [card],
        heading=_("Invitation of %(name)s", name=invitation.name),
        back=url_for("members.invitations"),
        back_words=_("Invitations"),
    )


@requires("member.invite")
def renew(invitation_id: int) -> ResponseReturnValue:
    """Make a new link; the one before stops working."""
    by_mail = request.form.get("way") == Way.MAIL.value
    try:
        with unit_of_work() as session:
            sent = service.renew(
                session,
                actor=actor(),
                invitation_id=invitation_id,
                by_mail=by_mail,
                now=clock.now(),
            )
            target = targets.of_invitation(sent.invitation)
    except (NotFound, Forbidden):
        out_of_scope("renew")
        raise
    return _sent(sent, target)


@requires("member.invite")
def revoke(invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    try:
        with unit_of_work() as session:
            invitation = service.revoke(
                session, actor=actor(), invitation_id=invitation_id, now=clock.now()
            )
            name = invitation.name
    except NotFound:
        out_of_scope("revoke")
        raise
    flash(
        _("The invitation of %(name)s is taken back. Its link no longer works.", name=name),
        "success",
    )
    return redirect(url_for("members.invitations"), 303)
