"""The forms: to which number a code goes, and the code."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, StringField, TelField
from wtforms.validators import ValidationError

from booking.accounts.codes.service import DIGITS
from booking.accounts.engine.sign_in_names import LONGEST_TYPED, read_phone
from booking.sentences import N_
from booking.text import one_line
from booking.web.request_safety import Form


class AskCodeForm(Form):
    """A telephone number; whether it has an account is not looked up here."""

    phone = TelField(
        lazy_gettext("Telephone number"),
        render_kw={
            "autocomplete": "tel",
            "inputmode": "tel",
            "maxlength": str(LONGEST_TYPED),
            "required": True,
        },
    )
    next = HiddenField()

    def number(self) -> str:
        """The number in the form of E.164; empty if it is none."""
        return read_phone(self.phone.data or "") or ""

    def validate_phone(self, _field: TelField) -> None:
        """Refuse what is no mobile number."""
        if not self.number():
            raise ValidationError(N_("This is not a mobile telephone number."))


class TypeCodeForm(Form):
    """The code that came."""

    code = StringField(
        lazy_gettext("Code"),
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "maxlength": "12",
            "required": True,
        },
    )
    remember = BooleanField(lazy_gettext("Stay signed in"))
    next = HiddenField()

    def digits(self) -> str:
        """The code without the blanks that people type between its digits."""
        return one_line(self.code.data or "").replace(" ", "")

    def validate_code(self, _field: StringField) -> None:
        """Refuse what cannot be a code: that is no attempt."""
        digits = self.digits()
        if len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()):
            raise ValidationError(N_("Enter the %(count)s digits of the message.", count=DIGITS))
