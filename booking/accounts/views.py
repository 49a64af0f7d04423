"""Pages: redirect after sign-in, account, sign-ins, forgotten password, language, theme."""

from __future__ import annotations

from flask import (
    Blueprint,
    Flask,
    Response,
    after_this_request,
    flash,
    redirect,
    render_template,
    session,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from flask_security.signals import user_authenticated

from booking import clock, i18n, jobs
from booking.accounts import access, service
from booking.accounts.codes import views as code_views
from booking.accounts.engine.email_addresses import normalised
from booking.accounts.engine.passwords import SHORTEST_PASSWORD
from booking.accounts.engine.roles import Role
from booking.accounts.engine.sign_in_names import shown_phone
from booking.accounts.guards import actor, requires, signed_in_id
from booking.accounts.models import SignIn, User
from booking.accounts.own_names import views as own_name_views
from booking.accounts.security import page_or_mail
from booking.accounts.sign_in import limits as sign_in_limits
from booking.accounts.sign_in import sessions
from booking.accounts.sign_in.forms import ForgottenForm
from booking.accounts.sign_in.login_manager import current_sign_in, unused
from booking.accounts.words import BROWSERS, SYSTEMS
from booking.db import after_commit, db, unit_of_work
from booking.web import pages, themes
from booking.web.request_limits import limited

blueprint = Blueprint("accounts", __name__)
own_name_views.register(blueprint)
code_views.register(blueprint)

FIRST_PAGES = (
    (Role.INSTRUCTOR, "lectures.inbox"),
    (Role.BRANCH, "lectures.mine"),
    (Role.COORDINATOR, "lectures.board"),
    (Role.ADMIN, "lectures.board"),
)


@blueprint.get("/start")
@requires("account.use")
def start() -> ResponseReturnValue:
    """Redirect to the first page of the user's role."""
    user = actor()
    for role, endpoint in FIRST_PAGES:
        if user.has(role):
            return redirect(url_for(endpoint))
    return redirect(url_for("directory.home"))


@blueprint.get("/account")
@requires("account.use")
def account() -> ResponseReturnValue:
    """The page of the user's own account."""
    return render_template("accounts/account.html", user=current_user, sign_ins=len(_listed()))


@blueprint.get("/account/sign-ins")
@requires("account.use")
def own_sign_ins() -> ResponseReturnValue:
    """The list of the user's sign-ins."""
    return render_template(
        "accounts/sign_ins.html",
        sign_ins=_listed(),
        current=current_sign_in(),
        days=unused().days,
        BROWSERS=BROWSERS,
        SYSTEMS=SYSTEMS,
    )


def _listed() -> list[SignIn]:
    user: User = current_user._get_current_object()
    return list(sessions.listed(db.session(), user, now=clock.now(), unused=unused()))


@blueprint.post("/account/sign-ins/<int:sign_in_id>/end")
@requires("account.use")
def end_sign_in(sign_in_id: int) -> ResponseReturnValue:
    """End one sign-in of the user."""
    user_id = signed_in_id()
    about = service.as_subject(current_user)
    with unit_of_work() as writing:
        count = sessions.end(writing, user_id=user_id, sign_in_id=sign_in_id)
        if count:
            access.record_ended(writing, about=about, count=count)
    flash(_("That browser is signed out."), "success")
    return redirect(url_for("accounts.own_sign_ins"), 303)


@blueprint.post("/account/sign-ins/end-others")
@requires("account.use")
def end_other_sign_ins() -> ResponseReturnValue:
    """End all sign-ins of the user but the current one."""
    user_id = signed_in_id()
    about = service.as_subject(current_user)
    with unit_of_work() as writing:
        count = sessions.end_others(writing, user_id=user_id, kept=current_sign_in())
        access.record_ended(writing, about=about, count=count)
    flash(
        ngettext(
            "%(num)s other browser is signed out.", "%(num)s other browsers are signed out.", count
        ),
        "success",
    )
    return redirect(url_for("accounts.own_sign_ins"), 303)


@limited("reset", methods=("POST",))
@requires("public")
def forgotten() -> ResponseReturnValue:
    """Request a password reset link; replaces the library's view.

    The worker looks up whether the account exists: response and timing are the same for every
    address, so that neither reveals it.
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
            after_commit(writing, "wake", jobs.wake)
        flash(_("If there is an account for this address, a link is coming by mail."), "info")
    elif not form.is_submitted():
        form.email.data = getattr(current_user, "email", None)
    return page_or_mail("security/forgot_password.html", forgot_password_form=form)  # type: ignore[no-any-return]


@blueprint.get("/language/<code>")
@requires("public")
def language(code: str) -> ResponseReturnValue:
    """Set the language of this browser."""
    return pages.remember_language(code)


@blueprint.get("/theme/<any(system,light,dark):choice>")
@requires("public")
def theme(choice: str) -> ResponseReturnValue:
    """Set the colours of pages in this browser."""
    return pages.remember_theme(themes.Theme(choice))


@blueprint.post("/language/<code>")
@requires("public")
def own_language(code: str) -> ResponseReturnValue:
    """Set the language of this browser and of the user's mail."""
    user_id = actor().user_id
    if user_id is not None and code in i18n.languages():
        with unit_of_work() as writing:
            service.choose_language(writing, user_id=user_id, language=code)
    return pages.remember_language(code)


@blueprint.record_once
def same_language_everywhere(state: BlueprintSetupState) -> None:
    """On sign-in, copy the language from the browser to the account, or else the reverse."""
    user_authenticated.connect(_signed_in, state.app)


@blueprint.record_once
def own_pages(state: BlueprintSetupState) -> None:
    """Replace a view of the library, and tell its templates our limit."""
    state.app.jinja_env.globals["SHORTEST_PASSWORD"] = SHORTEST_PASSWORD
    state.app.jinja_env.globals["shown_phone"] = shown_phone
    state.app.view_functions["security.forgot_password"] = forgotten


def _signed_in(_app: Flask, user: User, **_kwargs: object) -> None:
    chosen, stored, user_id = i18n.chosen_language(), user.language, user.id

    @after_this_request
    def remember(response: Response) -> Response:
        return sign_in_limits.remember_browser(response, user_id)

    if chosen is None and stored in i18n.languages():
        session["language"] = stored
    elif chosen is not None and chosen != stored:
        # Written after the request, because the library commits its own changes first.
        @after_this_request
        def store(response: Response) -> Response:
            with unit_of_work() as writing:
                service.choose_language(writing, user_id=user_id, language=chosen)
            return response
