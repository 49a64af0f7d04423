"""The forms of signing in and of a forgotten password."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_security.forms import LoginForm
from flask_security.proxies import _security
from flask_security.utils import hash_password
from wtforms import EmailField

from booking import clock
from booking.accounts import sign_in_limits
from booking.accounts.addresses import is_address, normalised
from booking.accounts.errors import Busy, TooManyTries
from booking.accounts.sign_in_limits import SignInAttempt
from booking.db import db, unit_of_work
from booking.errors import TryLater
from booking.incoming import Form


class SignInForm(LoginForm):
    """Counts each attempt before its password is looked at."""

    refusal: TryLater | None = None
    """Why nothing was looked at, with the status of the answer."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether somebody is signed in by this."""
        if not self.email.data or not self.password.data:
            return bool(super().validate(**kwargs))
        try:
            attempt = _admitted(self.email.data)
        except TooManyTries as error:
            return self._refuse(error)
        self.ifield, self.user = self.email, attempt.user
        try:
            if not super().validate(**kwargs):
                return False
            renewed = self._renewed_hash()
        except Busy as error:
            with unit_of_work() as session:
                sign_in_limits.withdraw(session, attempt, now=clock.now())
            return self._refuse(error)
        with unit_of_work() as session:
            sign_in_limits.succeed(session, attempt, now=clock.now(), renewed=renewed)
        return True

    def _refuse(self, error: TryLater) -> bool:
        self.refusal = error
        self.form_errors = [str(error.sentence)]
        return False

    def _renewed_hash(self) -> str | None:
        """The password hashed anew, if the stored hash was made in another way."""
        stored = self.user.password if self.user else None
        if stored is None or not _security.pwd_context.needs_update(stored):
            return None
        return str(hash_password(self.password.data))


def _admitted(typed: str) -> SignInAttempt:
    """The attempt, counted; raises `TooManyTries`."""
    email, now = normalised(typed), clock.now()
    # The account does not change meanwhile; who must wait is told without a write.
    sign_in_limits.check(db.session(), sign_in_limits.prepare(db.session(), email), now=now)
    with unit_of_work() as session:
        attempt = sign_in_limits.prepare(session, email)
        sign_in_limits.admit(session, attempt, now=now)
    return attempt


class ForgottenForm(Form):
    """An address; whether somebody has an account under it is not looked up here."""

    email = EmailField(lazy_gettext("E-mail address"), render_kw={"autocomplete": "email"})

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether this is an address."""
        fits = super().validate(extra_validators)
        if not is_address(self.email.data or ""):
            self.email.errors = [_("This is not an e-mail address, such as name@example.org.")]
            return False
        return fits
