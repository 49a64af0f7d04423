"""The forms of signing in and of a forgotten password."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_security.forms import LoginForm
from wtforms import EmailField, StringField
from wtforms.validators import InputRequired

from booking.accounts.engine.email_addresses import is_address
from booking.accounts.engine.sign_in_names import compared, read_phone
from booking.accounts.models import User
from booking.accounts.sign_in import limits as sign_in_limits
from booking.accounts.sign_in.password_forms import CountsPasswords
from booking.web.request_safety import Form


class SignInForm(CountsPasswords, LoginForm):
    """The sign-in form, which counts each attempt before it checks the password.

    The library's field `email` takes a telephone number as well.
    """

    email = StringField(
        lazy_gettext("E-mail address or telephone number"),
        [InputRequired(lazy_gettext("Enter your e-mail address or telephone number."))],
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )

    def validate(self, **kwargs: Any) -> bool:
        """Whether the attempt is admitted and the credentials are valid."""
        library = super().validate
        if not self.email.data or not self.password.data:
            return bool(library(**kwargs))

        def fits(user: User | None) -> bool:
            self.ifield, self.user = self.email, user
            return bool(library(**kwargs))

        name = compared(self.email.data)
        return self.counted(partial(sign_in_limits.prepare, name=name), fits)


class ForgottenForm(Form):
    """An e-mail address; whether it has an account is not looked up here."""

    email = EmailField(lazy_gettext("E-mail address"), render_kw={"autocomplete": "email"})

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the form is valid and the text is an e-mail address."""
        valid = super().validate(extra_validators)
        if read_phone(self.email.data or "") is not None:
            # The same for every number: it does not tell which has an account.
            self.email.errors = [
                _(
                    "No mail can go to a telephone number. Ask your coordinator, who can make a "
                    "link for you with which you set a new password."
                )
            ]
            return False
        if not is_address(self.email.data or ""):
            self.email.errors = [_("This is not an e-mail address, such as name@example.org.")]
            return False
        return valid
