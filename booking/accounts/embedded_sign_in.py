"""Signing in by fields within another form, such as that of a booking.

The steps are those of the library's sign-in view, in its order: the attempt is counted before the
password is checked, a second factor is asked for before anybody is signed in, and the audit log
records a refusal in the same way whether the account exists or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from blinker import Signal
from flask import current_app, g, make_response, request, session, url_for
from flask_login import current_user
from flask_security.forms import form_errors_munge
from flask_security.proxies import _security
from flask_security.tf_plugin import tf_clean_session
from flask_security.utils import login_user

from booking import clock
from booking.accounts.factors import service as factor_service
from booking.accounts.factors.security import STARTED
from booking.accounts.guards import actor
from booking.accounts.sign_in import login_manager
from booking.accounts.sign_in.forms import SignInForm
from booking.db import db
from booking.settings.engine.declarations import TWO_FACTOR_ROLES
from booking.settings.queries import in_force
from booking.web.request_safety import bounded

_Fields = bounded(SignInForm)
_Fields = bounded(SignInForm)
_GENERIC = {"replace_msg": "GENERIC_AUTHN_FAILED"}

sign_in_refused = Signal("sign_in_refused")
"""Sent with the application if address and password did not fit."""


class SignInFields:
    """The fields of the sign-in form, filled with what was sent, and what they lead to."""

    def __init__(self) -> None:
        self.form: SignInForm = _Fields()

    def fit(self) -> bool:
        """Whether the attempt is admitted and the credentials are right; nobody is signed in yet.

        Ends the transaction of the session: the attempt is counted, whatever happens later.
        """
        form = self.form
        if form.validate():
            return True
        if form.email.data and form.password.data:
            form_errors_munge(form, dict.fromkeys(("email", "password"), _GENERIC))
            form.form_errors = list(dict.fromkeys(form.form_errors))
            if form.refusal is None:
                sign_in_refused.send(current_app._get_current_object())  # type: ignore[attr-defined]
        return False

    @property
    def status(self) -> int:
        """The status code of a response to fields that do not fit."""
        refusal = self.form.refusal
        return HTTPStatus.UNPROCESSABLE_ENTITY if refusal is None else refusal.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of that response."""
        return {} if self.form.refusal is None else self.form.refusal.headers

    def sign_in(self) -> str | None:
        """Sign in who has fitting credentials; the address of a step that is missing, or None.

        A second factor, or a first one to be set up, is such a step: until it is done the request
        must change nothing.
        """
        user, remember = self.form.user, self.form.remember.data
        assert user is not None
        tf_clean_session()  # type: ignore[no-untyped-call]
        step = _security.two_factor_plugins.tf_enter(
            user, remember, "password", next_loc=request.full_path
        )
        if step is not None:
            session[STARTED] = clock.now().timestamp()
            return make_response(step).location
        login_user(user, remember=remember, authn_via=["password"])
        # Computed earlier in this request, for somebody who was not signed in.
        g.pop("actor", None)
        login_manager.write_changes()
        roles = in_force(TWO_FACTOR_ROLES)
        if factor_service.lacks_factor(db.session(), actor(), current_user, roles):
            return url_for("factors.show")
        return None
