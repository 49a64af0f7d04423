"""The forms: an address or a number, and the password, as a stolen session must not suffice."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from wtforms import PasswordField, StringField

from booking import clock
from booking.accounts.engine.delays import RESET
from booking.accounts.engine.email_addresses import is_address
from booking.accounts.engine.errors import TooManyLinks
from booking.accounts.engine.sign_in_names import read_phone
from booking.accounts.sign_in import attempts
from booking.accounts.sign_in import limits as sign_in_limits
from booking.accounts.sign_in.password_forms import AsksOwnPassword
from booking.db import unit_of_work
from booking.web.request_safety import Form

LONGEST = 254


class OwnNameForm(AsksOwnPassword, Form):
    """A form that asks for the password, and counts what is asked for in an hour."""

    counted_as: str
    """Who asks too often is told to wait, for each account by itself."""

    password = PasswordField(
        lazy_gettext("Current password"), render_kw={"autocomplete": "current-password"}
    )

    def admitted(self) -> bool:
        """Whether the password is right and the hourly limit of the account is not reached.

        Without it an account could send links to strangers, or find out who has an account.
        """
        if not self.own_password_fits():
            return False
        key = sign_in_limits.key_of(f"{self.counted_as} {current_user.id}")
        with unit_of_work() as session:
            wait = attempts.charge(session, {key: RESET}, now=clock.now())
        return self.refuse(TooManyLinks(wait)) if wait else True


class AddAddressForm(OwnNameForm):
    """The mail address of an account that has none."""

    counted_as = "address"

    email = StringField(
        lazy_gettext("E-mail address"),
        render_kw={"autocomplete": "email", "inputmode": "email", "maxlength": str(LONGEST)},
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether a link may be sent to what was typed."""
        self.email.data = (self.email.data or "").strip().lower()
        valid = bool(super().validate(extra_validators))
        if not is_address(self.email.data):
            self.email.errors = [_("This is not an e-mail address, such as name@example.org.")]
            return False
        return valid and self.admitted()


class PhoneForm(OwnNameForm):
    """The telephone number of an account; empty for none, where there is an address."""

    counted_as = "phone"

    phone = StringField(
        lazy_gettext("Mobile telephone number"),
        render_kw={"autocomplete": "tel", "inputmode": "tel", "maxlength": "40"},
    )

    def number(self) -> str | None:
        """What was typed, in the form of E.164; None for nothing."""
        return read_phone(self.phone.data or "")

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it is a number that may be tried."""
        typed = (self.phone.data or "").strip()
        if not super().validate(extra_validators):
            return False
        if not typed and current_user.email is None:
            self.phone.errors = [
                _("Your account has no mail address, so it needs a number to sign in with.")
            ]
            return False
        if typed and self.number() is None:
            self.phone.errors = [_("This is not a mobile telephone number.")]
            return False
        return self.admitted()
