"""Fields that several forms of this feature share."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_security.proxies import _security
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from booking.accounts.engine.passwords import weakness
from booking.accounts.engine.sign_in_names import SignInName, read, shown_phone
from booking.accounts.words import PASSWORD_REFUSED
from booking.web.request_safety import Form

LONGEST_CONTACT = 254


class ContactForm(Form):
    """A form with the field `contact`: a mail address or a mobile telephone number."""

    contact = StringField(
        lazy_gettext("E-mail address or telephone number"),
        render_kw={"autocomplete": "off", "maxlength": str(LONGEST_CONTACT)},
    )

    def known_by(self) -> SignInName | None:
        """The address or number that was typed, or None."""
        return read(self.contact.data or "")

    def contact_fits(self, *, needed: bool) -> bool:
        """Whether it is an address or a number; if not, says so at the field."""
        typed = (self.contact.data or "").strip()
        if not typed and not needed:
            return True
        if len(typed) <= LONGEST_CONTACT and self.known_by() is not None:
            return True
        self.contact.errors = [
            _(
                "This is neither an e-mail address, such as name@example.org, nor a mobile "
                "telephone number."
            )
        ]
        return False


class NewPasswordFields(Form):
    """A form with a new password, typed twice."""

    new_password = PasswordField(
        lazy_gettext("Password"),
        [InputRequired(lazy_gettext("Choose a password."))],
        render_kw={"autocomplete": "new-password"},
    )
    new_password_confirm = PasswordField(
        lazy_gettext("Password once more"),
        render_kw={"autocomplete": "new-password"},
    )

    def password(self) -> str:
        """The password in the form in which it is hashed."""
        return str(_security.password_util.normalize(self.new_password.data or ""))

    def password_fits(self, own: list[str]) -> bool:
        """Whether the password is strong and was typed twice alike; `own` are the person's data."""
        if self.new_password_confirm.data != self.new_password.data:
            self.new_password_confirm.errors = [_("The passwords differ.")]
            return False
        weak = weakness(self.password(), own)
        if weak is not None:
            self.new_password.errors = [PASSWORD_REFUSED[weak]]
        return weak is None


def shown_contact(known_by: SignInName | None) -> str:
    """An address or number as people write it."""
    if known_by is None:
        return ""
    return known_by.email or shown_phone(known_by.phone or "")
