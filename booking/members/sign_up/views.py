"""Public pages: somebody asks to join, and looks at what became of it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock, i18n
from booking.accounts.guards import requires
from booking.accounts.queries import all_regions
from booking.calendars.engine.qr import qr_data_uri
from booking.db import db, unit_of_work
from booking.members.engine.states import InvitationState, JoinState
from booking.members.sign_up import service
from booking.members.sign_up.forms import JoinForm
from booking.members.sign_up.service import Asked
from booking.web.request_limits import limited
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

NOT_COME = (InvitationState.OPEN, InvitationState.EXPIRED)


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    blueprint.add_url_rule("/join", "join", join, methods=["GET", "POST"])
    blueprint.add_url_rule("/join/<token>", "joined", joined)
    blueprint.add_url_rule("/join/<token>/go-on", "go_on", go_on, methods=["POST"])


@limited("join", methods=("POST",))
@requires("join.ask")
@keeps_typed
def join() -> ResponseReturnValue:
    """Ask to book for a branch. The answer is the same whether the branch is known or not."""
    form = JoinForm()
    if request.method == "GET":
        return _form_page(form, 200)
    return submitted(form, lambda: _ask(form), lambda status: _form_page(form, status))


def _ask(form: JoinForm) -> ResponseReturnValue:
    known_by = form.known_by()
    assert known_by is not None
    asked = Asked(
        region_code=form.region.data or "",
        organisation=form.organisation.data or "",
        name=form.name.data or "",
        known_by=known_by,
        reason=form.reason.data or "",
        language=i18n.chosen_language(),
    )
    with unit_of_work() as session:
        token = service.ask(session, asked, now=clock.now())
    return redirect(url_for("members.joined", token=token), 303)


def _form_page(form: JoinForm, status: int) -> ResponseReturnValue:
    page = render_template("members/join.html", form=form, regions=all_regions(db.session()))
    return page, status


@requires("join.ask")
def joined(token: str) -> ResponseReturnValue:
    """What became of a request; its address is secret."""
    asked = service.by_token(db.session(), token)
    invitation = asked.invitation
    state = None if invitation is None else invitation.state(clock.now())
    url = service.url_of(token)
    return render_template(
        "members/joined.html",
        asked=asked,
        token=token,
        url=url,
        qr=qr_data_uri(url) if asked.state is JoinState.WAITING else "",
        can_go_on=asked.email is None and state in NOT_COME,
        mailed=asked.email is not None and state in NOT_COME,
        accepted=state is InvitationState.ACCEPTED,
    )


@requires("join.ask")
def go_on(token: str) -> ResponseReturnValue:
    """Go on to the invitation that an approved request led to."""
    with unit_of_work() as session:
        invitation_token = service.go_on(session, token, now=clock.now())
    return redirect(url_for("members.accept", token=invitation_token), 303)
