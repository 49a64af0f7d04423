"""The forms of signing in and of a forgotten password."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_security.forms import LoginForm
from wtforms import EmailField

from booking.accounts.engine.email_addresses import is_address, normalised
from booking.accounts.models import User
from booking.accounts.sign_in import limits as sign_in_limits
from booking.accounts.sign_in.password_forms import CountsPasswords
from booking.web.request_safety import Form


class SignInForm(CountsPasswords, LoginForm):
    """Counts each attempt before its password is looked at."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether somebody is signed in by this."""
        library = super().validate
        if not self.email.data or not self.password.data:
            return bool(library(**kwargs))

        def fits(user: User | None) -> bool:
            self.ifield, self.user = self.email, user
            return bool(library(**kwargs))

        email = normalised(self.email.data)
        return self.counted(partial(sign_in_limits.prepare, email=email), fits)


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
