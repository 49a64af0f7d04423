"""Stricter forms of Flask-Security for second factors: codes are limited, challenges are bound."""

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
from booking.accounts.factors.passkeys import CHALLENGE, Passkeys
from booking.accounts.factors.security import Authenticator, Passwords, RecoveryCodes
from booking.accounts.models import User
from booking.accounts.words import FACTOR_UNREADABLE
from booking.db import begin_write, commit_library_work, db
from booking.web.request_safety import Form


class AuthenticatorForm(Form):
    """The form for the first code of a new authenticator app."""

    code = StringField(
        _("Code that the app shows"),
        validators=[DataRequired(_("Enter the six digits that the app shows."))],
        filters=[lambda text: plain_code(text)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class CodeForm(TwoFactorVerifyCodeForm):
    """The form for a code of the authenticator app."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the code is current and unused."""
        self.code.data = plain_code(self.code.data)
        library: Any = _security.totp_factory
        if self.tf_totp_secret and not library.readable(self.tf_totp_secret):
            self.code.errors = [FACTOR_UNREADABLE]
            return False
        validate = super().validate

        def checked() -> bool:
            if not validate(**kwargs):
                return False
            assert self.user is not None
            self.user.tf_totp_secret = library.renewed(self.tf_totp_secret)
            return True

        return _counted(self.user, self.code, checked)


class RecoveryForm(MfRecoveryForm):
    """The form for a recovery code instead of another factor."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the code is one of the user's and unused."""
        letters = plain_code(self.code.data).replace("-", "").lower()
        self.code.data = "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))
        check = super().validate
        correct = _counted(self.user, self.code, lambda: check(**kwargs))
        if not correct and self.user is not None:
            self.user.track_failed_authn("recovery_code", True)
        return correct


def plain_code(text: Any) -> str:
    """The entered code without spaces, with full-width digits as ASCII digits (NFKC)."""
    return "".join(unicodedata.normalize("NFKC", str(text or "")).split())


def _counted(user: Any, field: Field, check: Callable[[], bool]) -> bool:
    """Check a code unless too many were wrong, and commit the result at once.

    So no later failure of the request can roll back that the code was used.
    """
    assert isinstance(user, User)
    if not field.data:
        check()  # Sets the error of a missing code, which is not counted.
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
    correct = user.is_active and check()
    if correct:
        factor_service.note_right_code(user)
    else:
        # A receiver of the failure signal may have ended the transaction and thus the lock.
        begin_write()
        factor_service.lock_codes(db.session(), user)
        factor_service.note_wrong_code(user, now)
    commit_library_work()
    begin_write()
    return correct


class WayForm(TwoFactorSelectForm):
    """The choice between several second factors; the page has the labels."""

    which = RadioField(choices=[SelectChoice("authenticator"), SelectChoice("webauthn")])

    def validate(self, **kwargs: Any) -> bool:
        """Whether it is a factor that the user has."""
        # The view sets the choices as tuples, which WTForms 3.4 no longer accepts.
        self.which.choices = [SelectChoice(name) for name, _label in self.which.choices]
        return bool(super().validate(**kwargs))


class NoRescueForm(TwoFactorRescueForm):
    """The library's rescue form without choices: rescue by mail to an operator is disabled."""

    help_setup = RadioField(choices=[])


class PasskeyForm(WebAuthnRegisterForm):
    """The name and the usage of a new passkey."""

    usage = RadioField(choices=[SelectChoice("first"), SelectChoice("secondary")], default="first")


class PasskeyRegisteredForm(WebAuthnRegisterResponseForm):
    """The browser's registration response with a new passkey."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the response is valid and for the challenge of this browser."""
        if not _own_challenge(self):
            return False
        valid = super().validate(**kwargs)
        # The client's extension outputs are not signed and not used.
        self.extensions = None  # type: ignore[assignment]
        return valid


class PasskeySignInForm(WebAuthnSigninResponseForm):
    """The browser's response for signing in with a passkey, alone or after the password."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether it is valid, for this browser's challenge, and of the user of the password."""
        if not _own_challenge(self):
            return False
        # After a password any passkey is accepted: the library's list for verifying has both kinds.
        self.is_verify = self.is_secondary
        if not super().validate(**kwargs) or self.credential.errors:
            return False
        # The library would accept a passkey of another user than that of the password.
        if self.is_secondary and getattr(self.user, "fs_uniquifier", None) != session["tf_user_id"]:
            self.credential.errors = [get_message("WEBAUTHN_MISMATCH_USER_HANDLE")[0]]
            return False
        # The library sets this only later, when it might be lost by a rollback.
        assert self.cred is not None
        self.cred.sign_count = self.authentication_verification.new_sign_count
        commit_library_work()
        begin_write()
        return True


def _own_challenge(form: Any) -> bool:
    """Whether the challenge was issued to this browser and is unused; consumes it."""
    issued = session.pop(CHALLENGE, None)
    if issued is not None and issued == form.challenge:
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
"""Classes that replace those of Flask-Security, by its keyword arguments."""
