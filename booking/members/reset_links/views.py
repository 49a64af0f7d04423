"""Makes a link for a new password, and the page that it leads to."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.recoverable import update_password

from booking import clock
from booking.accounts.guards import actor, requires
from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.errors import NotFound
from booking.members import handover
from booking.members.errors import OwnAccount
from booking.members.forms import NewPasswordFields
from booking.members.handover import Card
from booking.members.refusals import account_of, out_of_scope
from booking.members.reset_links import service
from booking.web.request_safety import keeps_typed


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    blueprint.add_url_rule("/people/<int:user_id>/reset-link", "reset_link", make, methods=["POST"])
    blueprint.add_url_rule(
        "/new-password/<token>", "new_password", new_password, methods=["GET", "POST"]
    )


@requires("member.manage")
def make(user_id: int) -> ResponseReturnValue:
    """Make a link and show it, once."""
    try:
        with unit_of_work() as session:
            link, token = service.make(session, actor=actor(), user_id=user_id, now=clock.now())
            name = link.user.label
    except (NotFound, OwnAccount):
        out_of_scope("reset link", account_of(user_id))
        raise
    card = Card(name, _("Set a new password"), service.url_of(token), link.expires_at)
    return handover.page(
        [card],
        heading=_("New password for %(name)s", name=name),
        back=url_for("members.person", user_id=user_id),
        back_words=name,
    )


@requires("reset.link")
@keeps_typed
def new_password(token: str) -> ResponseReturnValue:
    """Set a new password by a link that was handed over. GET changes nothing."""
    user = service.user_of(db.session(), token, now=clock.now())
    form = NewPasswordFields()
    if request.method == "GET":
        return _page(user, form, 200)
    if not form.validate() or not form.password_fits(_own_data(user)):
        return _page(user, form, 422)
    password = form.password()
    with unit_of_work() as session:
        # Ends all sign-ins; the signal of the library writes the audit entry.
        update_password(service.spend(session, token, now=clock.now()), password)  # type: ignore[no-untyped-call]
    flash(_("Your new password is set. Sign in with it."), "success")
    return redirect(url_for("security.login"), 303)


def _own_data(user: User) -> list[str]:
    organisations = [one.organisation.name for one in user.memberships if one.organisation]
    return [text for text in (user.name, user.email, user.phone, *organisations) if text]


def _page(user: User, form: NewPasswordFields, status: int) -> ResponseReturnValue:
    page = render_template("members/new_password.html", form=form, sign_in_name=user.sign_in_name)
    return page, status
