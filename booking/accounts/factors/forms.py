"""Flask-Security's forms for the second step, narrowed: codes are counted, passkeys are bound."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from typing import Any

from flask import session
from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from flask_security.forms import TwoFactorRescueForm, TwoFactorVerifyCodeForm
from flask_security.proxies import _security
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.tf_plugin import TwoFactorSelectForm
from flask_security.utils import get_message
from flask_security.webauthn import (
    WebAuthnRegisterForm,
    WebAuthnRegisterResponseForm,
    WebAuthnSigninResponseForm,
)
from wtforms import Field, RadioField, SelectChoice, StringField
from wtforms.validators import DataRequired

from booking import clock
from booking.accounts.factors import service as factor_service
from booking.accounts.factors.security import (
    CHALLENGE,
    Authenticator,
    Passkeys,
    Passwords,
    RecoveryCodes,
)
from booking.accounts.models import User
from booking.accounts.words import FACTOR_UNREADABLE
from booking.db import begin_write, commit_library_work, db
from booking.web.request_safety import Form


class AuthenticatorForm(Form):
    """The first code of a new authenticator app."""

    code = StringField(
        _("Code that the app shows"),
        validators=[DataRequired(_("Enter the six digits that the app shows."))],
        filters=[lambda text: plain_code(text)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class CodeForm(TwoFactorVerifyCodeForm):
    """The code of the authenticator app."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether it is the code of now, and was not used."""
        self.code.data = plain_code(self.code.data)
        library: Any = _security.totp_factory
        if self.tf_totp_secret and not library.readable(self.tf_totp_secret):
            self.code.errors = [FACTOR_UNREADABLE]
            return False
        check = super().validate

        def checked() -> bool:
            if not check(**kwargs):
                return False
            assert self.user is not None
            self.user.tf_totp_secret = library.renewed(self.tf_totp_secret)
            return True

        return _counted(self.user, self.code, checked)


class RecoveryForm(MfRecoveryForm):
    """A recovery code in place of the app or the passkey."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether it is one of the list, and was not used."""
        letters = plain_code(self.code.data).replace("-", "").lower()
        self.code.data = "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))
        check = super().validate
        fits = _counted(self.user, self.code, lambda: check(**kwargs))
        if not fits and self.user is not None:
            self.user.track_failed_authn("recovery_code", True)
        return fits


def plain_code(text: Any) -> str:
    """A code as typed by people: without spaces, full-width digits as digits."""
    return "".join(unicodedata.normalize("NFKC", str(text or "")).split())


def _counted(user: Any, field: Field, check: Callable[[], bool]) -> bool:
    """Look at a code unless too many were wrong, and keep at once what came of it.

    Nothing that happens later in the request can bring a code back that was used.
    """
    assert isinstance(user, User)
    if not field.data:
        check()  # Says that something is missing, which is no try.
        return False
    now = clock.now()
    until = factor_service.lock_codes(db.session(), user)
    if until is not None and now < until:
        minutes = math.ceil((until - now).total_seconds() / 60)
        field.errors = [
            ngettext(
                "Too many wrong codes. Wait %(num)s minute, then try again.",
                "Too many wrong codes. Wait %(num)s minutes, then try again.",
                minutes,
            )
        ]
        return False
    fits = user.is_active and check()
    if fits:
        factor_service.note_right_code(user)
    else:
        # Whoever heard of the wrong code may have ended the transaction, and the lock with it.
        begin_write()
        factor_service.lock_codes(db.session(), user)
        factor_service.note_wrong_code(user, now)
    commit_library_work()
    begin_write()
    return fits


class WayForm(TwoFactorSelectForm):
    """The choice between several second steps; the page names them."""

    which = RadioField(choices=[SelectChoice("authenticator"), SelectChoice("webauthn")])

    def validate(self, **kwargs: Any) -> bool:
        """Whether it is one that the person has."""
        # The view sets them in a shape that WTForms 3.4 no longer takes.
        self.which.choices = [SelectChoice(name) for name, _label in self.which.choices]
        return bool(super().validate(**kwargs))


class NoRescueForm(TwoFactorRescueForm):
    """Mail to an operator is no way out here, so it offers nothing."""

    help_setup = RadioField(choices=[])


class PasskeyForm(WebAuthnRegisterForm):
    """The name of a new passkey, and what it is used for."""

    usage = RadioField(choices=[SelectChoice("first"), SelectChoice("secondary")], default="first")


class PasskeyRegisteredForm(WebAuthnRegisterResponseForm):
    """A new passkey, as the browser made it."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether it answers the challenge that this browser was given."""
        if not _own_challenge(self):
            return False
        fits = super().validate(**kwargs)
        # What the browser tells of extensions is not signed, and nothing here reads it.
        self.extensions = None  # type: ignore[assignment]
        return fits


class PasskeySignInForm(WebAuthnSigninResponseForm):
    """A passkey that signs in, alone or after the password."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether it answers this browser's challenge, and is of the person with the password."""
        if not _own_challenge(self):
            return False
        # After a password any passkey will do: the library's list for this has both kinds.
        self.is_verify = self.is_secondary
        if not super().validate(**kwargs) or self.credential.errors:
            return False
        # The library takes anybody's passkey after anybody's password.
        if self.is_secondary and getattr(self.user, "fs_uniquifier", None) != session["tf_user_id"]:
            self.credential.errors = [get_message("WEBAUTHN_MISMATCH_USER_HANDLE")[0]]
            return False
        # The library keeps this at the end, if nothing between forgets it.
        assert self.cred is not None
        self.cred.sign_count = self.authentication_verification.new_sign_count
        commit_library_work()
        begin_write()
        return True


def _own_challenge(form: Any) -> bool:
    """Whether the challenge was given to this browser and not answered yet."""
    given = session.pop(CHALLENGE, None)
    if given is not None and given == form.challenge:
        return True
    form.credential.errors = [get_message("API_ERROR")[0]]
    return False


CLASSES: dict[str, Any] = {
    "totp_cls": Authenticator,
    "webauthn_util_cls": Passkeys,
    "mf_recovery_codes_util_cls": RecoveryCodes,
    "password_util_cls": Passwords,
    "two_factor_verify_code_form": CodeForm,
    "two_factor_select_form": WayForm,
    "two_factor_rescue_form": NoRescueForm,
    "mf_recovery_form": RecoveryForm,
    "wan_register_form": PasskeyForm,
    "wan_register_response_form": PasskeyRegisteredForm,
    "wan_signin_response_form": PasskeySignInForm,
}
"""What Flask-Security takes in place of its own."""
