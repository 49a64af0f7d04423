"""What Flask-Security's forms say more plainly."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_security.forms import ForgotPasswordForm

from booking.accounts.addresses import is_address


class ForgottenForm(ForgotPasswordForm):
    """Says that an address is none, but never whether somebody has an account under it."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the link is sent; the library hides errors of the field, but not these."""
        fits = bool(super().validate(**kwargs))
        if not is_address(self.email.data or ""):
            self.form_errors.append(_("This is not an e-mail address, such as name@example.org."))
            return False
        return fits
