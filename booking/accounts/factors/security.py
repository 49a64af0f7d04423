"""Two-factor authentication and passkeys: Flask-Security's settings and stricter classes.

Secrets of authenticator apps and recovery codes are stored encrypted, with keys derived from
SECRET_KEY (RFC 5869); keys of SECRET_KEY_FALLBACKS still decrypt them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import segno
from cryptography.fernet import InvalidToken
from flask import Flask
from flask_babel import lazy_gettext as _
from flask_security.core import UserMixin
from flask_security.password_util import PasswordUtil
from flask_security.recovery_codes import MfRecoveryCodesUtil
from flask_security.totp import Totp
from passlib.exc import TokenError
from passlib.totp import TOTP, AppWallet, TotpMatch

from booking import clock
from booking.accounts.engine.passwords import Weakness, weakness
from booking.accounts.factors import notices as factor_notices
from booking.accounts.factors.notices import Change
from booking.accounts.models import Organisation, User
from booking.accounts.words import CODE_WRONG, PASSWORD_REFUSED, RECOVERY_CODE_WRONG
from booking.crypto import derived_key
from booking.db import db

FRESH = timedelta(minutes=10)
"""For this time after entering the password, factors can be changed without entering it again."""

STEP = 30
"""Accepted clock skew in seconds to each side: one time step (RFC 6238, 5.2)."""

TOTP_COST = 0
"""log2 of the PBKDF2 rounds for authenticator secrets: their keys are random, not passwords."""

ISSUER = "Yueke"
CODES = 10

STARTED = "second_step_started"
"""Session key: the time of the correct password."""

BY_CODE = "first_step_by_code"
"""Session key: the same time, if a code sent to the telephone stood for the password."""

WRITING_ENDPOINTS = frozenset(
    f"security.{name}"
    for name in (
        "two_factor_token_validation mf_recovery mf_recovery_codes "
        "wan_register wan_register_response wan_signin_response wan_delete"
    ).split()
)
"""Routes of the library whose views write and commit by themselves."""


def settings(app: Flask) -> dict[str, Any]:
    """Flask-Security's settings for second factors."""
    secrets = [app.config["SECRET_KEY"], *app.config["SECRET_KEY_FALLBACKS"]]
    return {
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": STEP,
        "SECURITY_TWO_FACTOR_IMPLEMENTATIONS": {
            "code": "flask_security.twofactor.CodeTfPlugin",
            "webauthn": "booking.accounts.factors.passkeys.AnyPasskey",
        },
        "SECURITY_TOTP_SECRETS": totp_secrets(secrets),
        "SECURITY_TOTP_ISSUER": ISSUER,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": CODES,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [
            derived_key(secret, "recovery codes") for secret in secrets
        ],
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": ISSUER,
        # The sign-in page must not reveal which users have a passkey.
        "SECURITY_WAN_ALLOW_USER_HINTS": False,
        "SECURITY_WAN_SIGNIN_WITHIN": timedelta(minutes=5),
        "SECURITY_DATETIME_FACTORY": clock.now,
        "SECURITY_FRESHNESS": FRESH,
        "SECURITY_FRESHNESS_GRACE_PERIOD": FRESH,
        **_addresses(),
        **_sentences(),
    }


def _addresses() -> dict[str, str]:
    return {
        "SECURITY_VERIFY_URL": "/verify",
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/login/code",
        "SECURITY_TWO_FACTOR_SELECT_URL": "/login/way",
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/login/recovery",
        "SECURITY_WAN_SIGNIN_URL": "/login/passkey",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
        "SECURITY_WAN_REGISTER_URL": "/account/passkeys",
        "SECURITY_WAN_DELETE_URL": "/account/passkeys/remove",
        "SECURITY_WAN_POST_REGISTER_VIEW": "/account/factors",
    }


def _sentences() -> dict[str, Any]:
    return {
        "SECURITY_MSG_REAUTHENTICATION_REQUIRED": (
            _("Type your password once more before you change how you sign in."),
            "info",
        ),
        "SECURITY_MSG_TWO_FACTOR_INVALID_TOKEN": (CODE_WRONG, "error"),
        "SECURITY_MSG_INVALID_RECOVERY_CODE": (RECOVERY_CODE_WRONG, "error"),
        "SECURITY_MSG_TWO_FACTOR_PERMISSION_DENIED": (
            _("Sign in with your address and password first."),
            "error",
        ),
        "SECURITY_MSG_INVALID_INPUT_LENGTH": (
            _("The name is too long: at most %(length)s characters."),
            "error",
        ),
        "SECURITY_MSG_WEBAUTHN_NO_VERIFY": (
            _("This passkey could not be verified. Try again, or sign in in another way."),
            "error",
        ),
        "SECURITY_MSG_API_ERROR": (
            _("What the browser sent is incomplete or too old. Start again from this page."),
            "error",
        ),
    }


def totp_secrets(secrets: Sequence[str]) -> dict[str, str]:
    """The encryption keys of authenticator secrets by stable tags, the current one first."""
    return {
        derived_key(secret, "name of an authenticator key").hex()[:16]: derived_key(
            secret, "authenticator apps"
        ).decode()
        for secret in secrets
    }


class Authenticator(Totp):
    """Codes of authenticator apps (RFC 6238), each accepted once."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        super().__init__(secrets, issuer)
        # By default passlib would encrypt with the key whose tag sorts last.
        wallet = AppWallet(secrets, default_tag=next(iter(secrets)), encrypt_cost=TOTP_COST)
        self._totp = TOTP.using(issuer=issuer, wallet=wallet, now=lambda: clock.now().timestamp())

    def get_last_counter(self, user: UserMixin) -> int | None:
        """The time step of the last accepted code; the caller has locked the row."""
        return user.totp_last_counter if isinstance(user, User) else None

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        """Store the time step of an accepted code."""
        if isinstance(user, User):
            user.totp_last_counter = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The provisioning URI for the app as a QR code: an SVG image in a data URI."""
        return str(segno.make(self.get_totp_uri(username, totp), error="m").svg_data_uri(border=2))

    def confirm(self, token: str, totp_secret: str) -> int | None:
        """The time step of a new app's first code, or None if the code is wrong."""
        try:
            return int(self._totp.verify(token, totp_secret, window=STEP).counter)
        except TokenError:
            return None

    def readable(self, totp_secret: str) -> bool:
        """Whether one of the keys decrypts a stored secret."""
        try:
            self._totp.from_source(totp_secret)
        except KeyError:
            return False
        return True

    def renewed(self, totp_secret: str) -> str:
        """The secret encrypted with the current key; KeyError if no key decrypts it."""
        decrypted = self._totp.from_source(totp_secret)
        return str(decrypted.to_json(encrypt=True)) if decrypted.changed else totp_secret


class RecoveryCodes(MfRecoveryCodesUtil):
    """Recovery codes for a lost device, each accepted once."""

    def create_recovery_codes(self, user: UserMixin) -> list[str]:
        """Replace all codes by new ones; the caller commits."""
        codes = super().create_recovery_codes(user)
        factor_notices.tell(db.session().get_one(User, user.id), Change.CODES_MADE)
        return [str(code) for code in codes]

    def check_recovery_code(self, user: UserMixin, code: str) -> bool:
        """Check and delete a code; the caller has locked the row, and commits."""
        if not super().check_recovery_code(user, code):
            return False
        return bool(super().delete_recovery_code(user, code))

    def delete_recovery_code(self, user: UserMixin, code: str) -> bool:
        """Do nothing: the library deletes too late, when another request may have used the code."""
        return True

    def renewed(self, stored: str) -> str:
        """A stored code encrypted with the current key; KeyError if no key decrypts it."""
        assert self.cryptor is not None
        try:
            return self.cryptor.rotate(stored.encode()).decode()
        except InvalidToken:
            raise KeyError("no known key opens this code") from None


class Passwords(PasswordUtil):
    """Validation of new passwords by `passwords.weakness`, with its messages."""

    def validate(
        self, password: str, is_register: bool, **kwargs: Any
    ) -> tuple[list[Any] | None, str]:
        """The errors or None, and the normalised password."""
        normal = self.normalize(password)
        weak = weakness(normal, _own_data(kwargs["user"]))
        if weak is None or weak is Weakness.SHORT:
            # The library checks the length itself, with its own translated message.
            return super().validate(password, is_register, **kwargs)
        return [PASSWORD_REFUSED[weak]], normal


def _own_data(user: User) -> list[str]:
    organisations: list[Organisation] = [m.organisation for m in user.memberships if m.organisation]
    known_by = [name for name in (user.email, user.phone) if name]
    return [user.name, *known_by, *(organisation.name for organisation in organisations)]
