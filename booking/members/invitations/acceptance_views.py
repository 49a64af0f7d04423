"""The page of an invitation's secret link, on which somebody accepts. GET changes nothing."""

from __future__ import annotations

from typing import NoReturn

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security.utils import hash_password, login_user

from booking import clock
from booking.accounts.engine.sign_in_names import SignInName
from booking.accounts.guards import actor, requires
from booking.accounts.models import User
from booking.accounts.sign_in import login_manager
from booking.audit import About
from booking.db import db, unit_of_work
from booking.errors import DomainError, Invalid, NotFound
from booking.members import membership_choice, targets
from booking.members.errors import (
    ForSomebodyElse,
    InvitationExpired,
    InvitationRevoked,
    InvitationUsed,
    OwnInvitation,
)
from booking.members.forms import shown_contact
from booking.members.invitations import admission, service
from booking.members.invitations.admission import NewAccount
from booking.members.invitations.forms import AcceptForm
from booking.members.models import Invitation
from booking.members.refusals import invitation_refused, out_of_scope
from booking.members.targets import described
from booking.members.words import ROLE_RIGHTS
from booking.web.request_safety import Form, keeps_typed
from booking.web.submissions import with_error

WHY: dict[type[Exception], str] = {
    InvitationUsed: "accepted",
    InvitationExpired: "expired",
    InvitationRevoked: "revoked",
    ForSomebodyElse: "other_account",
    OwnInvitation: "own",
    NotFound: "unknown",
}


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule("/invitation/<token>", "accept", accept, methods=["GET", "POST"])


@requires("invitation.accept")
@keeps_typed
def accept(token: str) -> ResponseReturnValue:
    """Show what one is invited to; accept with the present account or a new one."""
    try:
        invitation = admission.open_invitation(db.session(), token, now=clock.now())
    except DomainError as error:
        _refused(error, None)
    form = AcceptForm()
    if request.method == "GET":
        form.name.data = invitation.name
        form.contact.data = shown_contact(_known_by(invitation))
        return _page(token, form, 200)
    if membership_choice.is_named_in_form():
        out_of_scope("accept", service.about(invitation))
    if actor().signed_in:
        if not Form().validate():
            return _page(token, form, 422)
        return _accepted(token, actor().user_id or 0, invitation)
    return _with_new_account(token, form, invitation)


def _known_by(invitation: Invitation) -> SignInName | None:
    known_by = SignInName(invitation.email, invitation.phone)
    return known_by if known_by.text else None


def _with_new_account(token: str, form: AcceptForm, invitation: Invitation) -> ResponseReturnValue:
    about = service.about(invitation)
    if admission.account_of(db.session(), invitation) is not None:
        _refused(ForSomebodyElse(), about)
    # Who got it by mail has proved the address: it is not typed.
    proved = _known_by(invitation) if invitation.by_mail else None
    valid = form.validate()
    known_by = proved or form.known_by()
    if not (proved or form.contact_fits(needed=True)) or not valid or known_by is None:
        return _page(token, form, 422)
    target = targets.of_invitation(invitation)
    own = [form.name.data or "", known_by.text, target.label]
    if not form.password_fits(own):
        return _page(token, form, 422)
    account = NewAccount(form.name.data or "", known_by, str(hash_password(form.password())))
    try:
        return _accepted(token, account, invitation)
    except Invalid as error:
        # Of the account: whether the address is taken is told to who has the link only.
        if error.field in ("email", "phone"):
            error.field = "contact"
        if error.field not in form:
            raise
        return _page(token, form, with_error(form, error).status)


def _accepted(token: str, by: int | NewAccount, invitation: Invitation) -> ResponseReturnValue:
    about = service.about(invitation)
    try:
        with unit_of_work() as session:
            user, accepted = admission.accept(session, token=token, by=by, now=clock.now())
            what = described(targets.of_invitation(accepted))
    except (*WHY,) as error:
        _refused(error, about)
    if isinstance(by, NewAccount):
        _sign_in(user)
        flash(
            _(
                "Welcome. Your account is ready: %(role)s. Under “My account” you can add a "
                "passkey, with which you sign in without a password.",
                role=what,
            ),
            "success",
        )
    else:
        # Computed earlier in this request, without the new membership.
        g.pop("actor", None)
        flash(_("Added to your account: %(role)s.", role=what), "success")
    return redirect(url_for("accounts.start"), 303)


def _sign_in(user: User) -> None:
    login_user(user, authn_via=["invitation"])
    g.pop("actor", None)
    login_manager.write_changes()


def _refused(error: Exception, about: About | None) -> NoReturn:
    invitation_refused(WHY.get(type(error), "unknown"), about)
    raise error


def _page(token: str, form: AcceptForm, status: int) -> ResponseReturnValue:
    invitation = admission.open_invitation(db.session(), token, now=clock.now())
    target = targets.of_invitation(invitation)
    addressed = admission.account_of(db.session(), invitation)
    page = render_template(
        "members/accept.html",
        form=form,
        token=token,
        invitation=invitation,
        described=described(target),
        rights=ROLE_RIGHTS[target.role],
        contact=shown_contact(_known_by(invitation)) if invitation.by_mail else "",
        addressed=addressed,
        own=addressed is not None and addressed.id == actor().user_id,
        user=current_user,
    )
    return page, status
