"""Where people begin after signing in, a forgotten password, and the switch of language."""

from __future__ import annotations

from flask import (
    Blueprint,
    Flask,
    Response,
    after_this_request,
    flash,
    redirect,
    session,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security.signals import user_authenticated

from booking import clock, i18n, tasks, web
from booking.accounts import service, sign_ins
from booking.accounts.addresses import normalised
from booking.accounts.forms import ForgottenForm
from booking.accounts.guards import actor, requires
from booking.accounts.models import User
from booking.accounts.roles import Role
from booking.accounts.security import page_or_mail
from booking.db import after_commit, unit_of_work
from booking.limits import limited

blueprint = Blueprint("accounts", __name__)

FIRST_PAGES = (
    (Role.INSTRUCTOR, "lectures.inbox"),
    (Role.BRANCH, "lectures.mine"),
    (Role.COORDINATOR, "lectures.board"),
    (Role.ADMIN, "lectures.board"),
)


@blueprint.get("/start")
@requires("account.use")
def start() -> ResponseReturnValue:
    """To the page on which this person's work waits."""
    who = actor()
    for role, endpoint in FIRST_PAGES:
        if who.has(role):
            return redirect(url_for(endpoint))
    return redirect(url_for("directory.home"))


@limited("reset", methods=("POST",))
@requires("public")
def forgotten() -> ResponseReturnValue:
    """Ask for a link to set a new password; in place of the library's view.

    Whether there is an account is looked up by the worker: the answer and the work before it are
    the same for every address, so neither tells.
    """
    form = ForgottenForm()
    if form.validate_on_submit():
        with unit_of_work() as writing:
            service.ask_for_reset(
                writing,
                email=normalised(form.email.data or ""),
                language=i18n.chosen_language(),
                now=clock.now(),
            )
            after_commit(writing, "wake", tasks.wake)
        flash(_("If there is an account for this address, a link is coming by mail."), "info")
    elif not form.is_submitted():
        form.email.data = getattr(current_user, "email", None)
    return page_or_mail("security/forgot_password.html", forgot_password_form=form)  # type: ignore[no-any-return]


@blueprint.get("/language/<code>")
@requires("public")
def language(code: str) -> ResponseReturnValue:
    """Choose the language of this browser."""
    return web.remember_language(code)


@blueprint.post("/language/<code>")
@requires("public")
def own_language(code: str) -> ResponseReturnValue:
    """Choose the language of this browser and of one's mail."""
    user_id = actor().user_id
    if user_id is not None and code in i18n.languages():
        with unit_of_work() as writing:
            service.choose_language(writing, user_id=user_id, language=code)
    return web.remember_language(code)


@blueprint.record_once
def same_language_everywhere(state: BlueprintSetupState) -> None:
    """Take a choice along when somebody signs in, from the browser or from the account."""
    user_authenticated.connect(_signed_in, state.app)


@blueprint.record_once
def own_pages(state: BlueprintSetupState) -> None:
    """Take the place of a page of the library's."""
    state.app.view_functions["security.forgot_password"] = forgotten


def _signed_in(_app: Flask, user: User, **_more: object) -> None:
    chosen, kept, user_id = i18n.chosen_language(), user.language, user.id

    @after_this_request
    def remember(response: Response) -> Response:
        return sign_ins.remember_browser(response, user_id)

    if chosen is None and kept in i18n.languages():
        session["language"] = kept
    elif chosen is not None and chosen != kept:
        # The library commits by itself first.
        @after_this_request
        def keep(response: Response) -> Response:
            with unit_of_work() as writing:
                service.choose_language(writing, user_id=user_id, language=chosen)
            return response
