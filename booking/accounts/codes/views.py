"""Two pages: ask for a code, and type it. Their answers are the same for every number."""

from __future__ import annotations

from flask import (
    Blueprint,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security.proxies import _security
from flask_security.tf_plugin import tf_clean_session
from flask_security.utils import login_user

from booking import clock, i18n, jobs
from booking.accounts.codes import service
from booking.accounts.codes.errors import TooManyCodes
from booking.accounts.codes.forms import AskCodeForm, TypeCodeForm
from booking.accounts.codes.signals import code_asked, code_refused
from booking.accounts.engine.sign_in_names import shown_phone
from booking.accounts.factors.security import BY_CODE, STARTED
from booking.accounts.guards import only_here, requires
from booking.accounts.models import User
from booking.db import after_commit, unit_of_work
from booking.settings import text_service
from booking.text import is_local
from booking.web.pages import local_target
from booking.web.request_limits import limited
from booking.web.submissions import submitted

ASKED = "sign_in_code"
"""Session key: the id of the request for a code, and the number that was typed."""


def register(blueprint: Blueprint) -> None:
    """Add the routes and a template function to the feature's blueprint."""
    add = blueprint.add_url_rule
    add("/login/phone", "ask_code", ask, methods=["GET", "POST"])
    add("/login/phone/code", "type_code", type_code, methods=["GET", "POST"])
    blueprint.app_context_processor(lambda: {"sends_codes": text_service.sends_codes})


@limited("codes", methods=("POST",))
@requires("public")
def ask() -> ResponseReturnValue:
    """Ask for a code. The worker looks up whether the number has an account."""
    only_here(text_service.sends_codes())
    if current_user.is_authenticated:
        return redirect(url_for("accounts.start"))
    form = AskCodeForm()
    if request.method == "GET":
        form.next.data = _wanted()
        form.phone.data = shown_phone(_asked()[1])
        return _ask_page(form, 200)
    return submitted(form, lambda: _store(form), lambda status: _ask_page(form, status))


def _store(form: AskCodeForm) -> ResponseReturnValue:
    phone = form.number()
    try:
        with unit_of_work() as writing:
            request_id = service.ask(
                writing, phone, language=i18n.chosen_language(), now=clock.now()
            )
            after_commit(writing, "wake", jobs.wake)
    except TooManyCodes as error:
        form.form_errors = [str(error.sentence)]
        page, status = _ask_page(form, error.status)
        return page, status, error.headers
    session[ASKED] = [request_id, phone]
    code_asked.send(current_app._get_current_object(), phone=phone)  # type: ignore[attr-defined]
    return redirect(url_for("accounts.type_code", next=form.next.data or None), 303)


@limited("codes", methods=("POST",))
@requires("public")
def type_code() -> ResponseReturnValue:
    """Sign in by the code that this browser asked for."""
    only_here(text_service.sends_codes())
    if current_user.is_authenticated:
        return redirect(url_for("accounts.start"))
    request_id, phone = _asked()
    if request_id is None:
        return redirect(url_for("accounts.ask_code", next=_wanted()), 303)
    form = TypeCodeForm()
    if request.method == "GET":
        form.next.data = _wanted()
        return _code_page(form, phone, 200)
    return submitted(
        form,
        lambda: _sign_in(form, request_id, phone),
        lambda status: _code_page(form, phone, status),
    )


def _sign_in(form: TypeCodeForm, request_id: int, phone: str) -> ResponseReturnValue:
    now = clock.now()
    with unit_of_work() as writing:
        user = service.accept(writing, request_id, form.digits(), now=now)
    if user is None:
        code_refused.send(current_app._get_current_object(), phone=phone)  # type: ignore[attr-defined]
        form.code.errors = [
            _("This code is not right, or no longer valid. Type it again, or ask for a new one.")
        ]
        return _code_page(form, phone, 422)
    session.pop(ASKED)
    return _signed_in(user, form)


def _signed_in(user: User, form: TypeCodeForm) -> ResponseReturnValue:
    """The steps of the library's sign-in view: a second factor first, if there is one."""
    target = local_target(form.next.data) if form.next.data else url_for("accounts.start")
    tf_clean_session()  # type: ignore[no-untyped-call]
    step = _security.two_factor_plugins.tf_enter(user, form.remember.data, "code", next_loc=target)
    if step is not None:
        session[STARTED] = session[BY_CODE] = clock.now().timestamp()
        return make_response(step)
    login_user(user, remember=form.remember.data, authn_via=["code"])
    # No password was typed: before factors are changed, it is asked for.
    session.pop("fs_paa", None)
    g.pop("actor", None)
    return redirect(target, 303)


def _wanted() -> str | None:
    """Where the reader wanted to go, if that is on this site."""
    wanted = request.args.get("next", "")
    return wanted if is_local(wanted) else None


def _asked() -> tuple[int | None, str]:
    """The id of the request of this browser and its number; None if there is none."""
    stored = session.get(ASKED)
    return (int(stored[0]), str(stored[1])) if stored else (None, "")


def _ask_page(form: AskCodeForm, status: int) -> tuple[str, int]:
    return render_template("accounts/codes/ask.html", form=form), status


def _code_page(form: TypeCodeForm, phone: str, status: int) -> tuple[str, int]:
    minutes = int(service.VALID.total_seconds()) // 60
    page = render_template(
        "accounts/codes/code.html", form=form, phone=shown_phone(phone), minutes=minutes
    )
    return page, status
