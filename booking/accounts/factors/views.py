"""Pages of second factors, and the request hooks that enforce them."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import COOKIE_NAME, current_user
from flask_security.decorators import auth_required
from flask_security.signals import wan_deleted, wan_registered
from flask_security.tf_plugin import tf_clean_session
from flask_security.utils import login_user

from booking import clock
from booking.accounts.datastore import datastore
from booking.accounts.factors import notices as factor_notices
from booking.accounts.factors import service as factor_service
from booking.accounts.factors.forms import AuthenticatorForm
from booking.accounts.factors.notices import Change
from booking.accounts.factors.passkeys import passkeys_work
from booking.accounts.factors.security import FRESH, STARTED, Authenticator
from booking.accounts.guards import actor, requires
from booking.accounts.models import User
from booking.accounts.words import CODE_WRONG, LAST_PASSKEY, SETUP_NEEDED
from booking.db import commit_library_work, db, unit_of_work
from booking.errors import Conflict, DomainError, Forbidden
from booking.settings.engine.declarations import TWO_FACTOR_ROLES
from booking.settings.queries import in_force

blueprint = Blueprint("factors", __name__)

PENDING = "pending_authenticator"
"""Session key: the encrypted secret that is being set up."""

SECOND_STEP_WITHIN = timedelta(minutes=10)
MINUTES = FRESH.total_seconds() / 60

FIRST_STEPS = frozenset({"security.login", "security.wan_signin_response"})
SECOND_STEPS = frozenset(
    f"security.{name}"
    for name in (
        "two_factor_token_validation tf_select mf_recovery wan_signin wan_signin_response"
    ).split()
)
WITHOUT_FACTOR = frozenset(
    {
        "static",
        "security.logout",
        "security.verify",
        "security.wan_register",
        "security.wan_register_response",
        "factors.show",
        "factors.authenticator",
        "accounts.theme",
        "accounts.language",
        "accounts.own_language",
    }
)
"""Endpoints for users whose role needs a second factor and who have none yet."""


@blueprint.get("/account/factors")
@requires("account.use")
def show() -> ResponseReturnValue:
    """The overview of the user's factors."""
    return render_template(
        "accounts/factors.html", needed=_role_needs_factor() and not own_factors().any
    )


@blueprint.route("/account/factors/authenticator", methods=["GET", "POST"])
@requires("account.use")
@auth_required("session", within=MINUTES, grace=MINUTES)
def authenticator() -> ResponseReturnValue:
    """Set up an authenticator app; it is stored once its first code was correct."""
    library = _library()
    if not library.readable(session.setdefault(PENDING, library.generate_totp_secret())):
        session[PENDING] = library.generate_totp_secret()
    form = AuthenticatorForm()
    if form.validate_on_submit():
        step = library.confirm(form.code.data, session[PENDING])
        if step is not None:
            _keep_authenticator(session.pop(PENDING), step)
            flash(
                _("The authenticator app is set up. It is asked for at every sign-in."), "success"
            )
            return redirect(url_for("factors.show"), HTTPStatus.SEE_OTHER)
        form.code.errors = [CODE_WRONG]
    setup_values = library.fetch_setup_values(session[PENDING], current_user)
    page = render_template("accounts/authenticator.html", form=form, shown=setup_values)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@blueprint.route("/account/factors/authenticator/remove", methods=["GET", "POST"])
@requires("account.use")
@auth_required("session", within=MINUTES, grace=MINUTES)
def remove_authenticator() -> ResponseReturnValue:
    """Remove the authenticator app, unless it is the only factor and the role needs one."""
    only = _role_needs_factor() and not own_factors().passkeys
    if request.method == "GET" or only:
        page = render_template("accounts/remove_authenticator.html", only=only)
        return page, HTTPStatus.CONFLICT if only and request.method == "POST" else HTTPStatus.OK
    with unit_of_work() as writing:
        user = writing.get_one(User, actor().user_id)
        if factor_service.forget_authenticator(user):
            factor_notices.tell(user, Change.APP_REMOVED)
    flash(_("The authenticator app is no longer asked for."), "success")
    return redirect(url_for("factors.show"), HTTPStatus.SEE_OTHER)


def own_factors() -> factor_service.Factors:
    """The factors of the current user."""
    user_id = actor().user_id
    assert user_id is not None
    return factor_service.factors_of(db.session(), user_id)


def _keep_authenticator(secret: str, step: int) -> None:
    with unit_of_work() as writing:
        user = writing.get_one(User, actor().user_id)
        datastore.tf_set(user, "authenticator", secret)
        user.totp_last_counter = step
        datastore.set_uniquifier(user)
        factor_notices.tell(user, Change.APP_ADDED)
    _sign_in_again(user)


def _sign_in_again(user: User) -> None:
    """Keep this browser signed in after a new `fs_uniquifier`; not recorded as a sign-in."""
    login_user(user, remember=COOKIE_NAME in request.cookies, authn_via=["change"])


def _role_needs_factor() -> bool:
    roles = in_force(TWO_FACTOR_ROLES)
    return any(standing.role.value in roles for standing in actor().standings)


def _library() -> Authenticator:
    totp_factory = current_app.extensions["security"].totp_factory
    assert isinstance(totp_factory, Authenticator)
    return totp_factory


@blueprint.before_app_request
def lead_to_setup() -> ResponseReturnValue | None:
    """Redirect users who need a factor and have none to the page for setting one up."""
    roles = in_force(TWO_FACTOR_ROLES)
    if not roles or request.endpoint is None or request.endpoint in WITHOUT_FACTOR:
        return None
    if not current_user.is_authenticated:
        return None
    if not factor_service.lacks_factor(db.session(), actor(), current_user, roles):
        return None
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("factors.show"))
    raise Forbidden(SETUP_NEEDED)


@blueprint.before_app_request
def end_late_second_step() -> ResponseReturnValue | None:
    """Expire a sign-in whose second step does not follow the password within the time limit."""
    if request.endpoint not in SECOND_STEPS:
        return None
    if current_user.is_authenticated:
        # The library would sign out a signed-in user who opens the page for codes.
        return redirect(url_for("accounts.start"))
    if clock.now().timestamp() - session.get(STARTED, 0) > SECOND_STEP_WITHIN.total_seconds():
        tf_clean_session()  # type: ignore[no-untyped-call]
    return None


@blueprint.before_app_request
def refuse_foreign_address() -> None:
    """Refuse passkey requests on a host other than the RP ID, for which browsers have none."""
    if (request.endpoint or "").startswith("security.wan_") and not passkeys_work():
        address = current_app.config["BASE_URL"]
        raise DomainError(
            _("Passkeys work at %(address)s only, over https. Open that address.", address=address)
        )


@blueprint.before_app_request
def keep_last_factor() -> None:
    """Refuse to delete the last factor if the role needs one."""
    if request.endpoint != "security.wan_delete" or not current_user.is_authenticated:
        return
    factors = own_factors()
    if _role_needs_factor() and not factors.authenticator and len(factors.passkeys) == 1:
        raise Conflict(LAST_PASSKEY)


@blueprint.after_app_request
def note_first_step(response: Response) -> Response:
    """Store the time of the correct password in the session."""
    if request.endpoint in FIRST_STEPS and "tf_user_id" in session:
        session[STARTED] = clock.now().timestamp()
    return response


@blueprint.app_context_processor
def for_templates() -> dict[str, Any]:
    """Template variables of the pages of sign-in and of the account."""
    return {"passkeys_work": passkeys_work, "own_factors": own_factors}


@blueprint.record_once
def end_other_sessions(state: BlueprintSetupState) -> None:
    """End older sign-ins, which did not need the factor, when a passkey is added."""
    wan_registered.connect(_passkey_made, state.app)
    wan_deleted.connect(_passkey_removed, state.app)


def _passkey_made(_app: Flask, user: User, **_kwargs: object) -> None:
    account = db.session().get_one(User, user.id)
    datastore.set_uniquifier(account)
    factor_notices.tell(account, Change.PASSKEY_ADDED)
    # Receivers of the sign-in signal may begin a unit of work, which rolls back first.
    commit_library_work()
    _sign_in_again(account)


def _passkey_removed(_app: Flask, user: User, **_kwargs: object) -> None:
    """Send the notice in the library's transaction, which the library commits."""
    factor_notices.tell(db.session().get_one(User, user.id), Change.PASSKEY_REMOVED)
