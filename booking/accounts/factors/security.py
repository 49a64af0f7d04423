"""Two-factor sign-in and passkeys: the settings of Flask-Security, and what we narrow of it.

Secrets of authenticator apps and recovery codes are stored encrypted, with keys made from
SECRET_KEY (RFC 5869); those of SECRET_KEY_FALLBACKS still open them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import segno
from cryptography.fernet import InvalidToken
from flask import Flask, current_app, request, session
from flask_babel import lazy_gettext as _
from flask_security.core import UserMixin
from flask_security.password_util import PasswordUtil
from flask_security.recovery_codes import MfRecoveryCodesUtil
from flask_security.totp import Totp
from flask_security.webauthn import WebAuthnTfPlugin
from flask_security.webauthn_util import WebauthnUtil
from passlib.exc import TokenError
from passlib.totp import TOTP, AppWallet, TotpMatch
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from booking import clock
from booking.accounts.engine.passwords import Weakness, weakness
from booking.accounts.factors import notices as factor_notices
from booking.accounts.factors.notices import Change
from booking.accounts.models import Organisation, User
from booking.accounts.words import CODE_WRONG, PASSWORD_REFUSED, RECOVERY_CODE_WRONG
from booking.crypto import derived_key
from booking.db import db

FRESH = timedelta(minutes=10)
"""So long after the password was typed factors can be changed without typing it again."""

STEP = 30
"""Seconds to each side: one step, for clocks that are a little off (RFC 6238, 5.2)."""

ISSUER = "Yueke"
CODES = 10
CHALLENGE = "passkey_challenge"

WRITING_ENDPOINTS = frozenset(
    f"security.{name}"
    for name in (
        "two_factor_token_validation mf_recovery mf_recovery_codes "
        "wan_register wan_register_response wan_signin_response wan_delete"
    ).split()
)
"""Routes of the library that write and commit by themselves."""


def settings(app: Flask) -> dict[str, Any]:
    """What Flask-Security is told."""
    secrets = [app.config["SECRET_KEY"], *app.config["SECRET_KEY_FALLBACKS"]]
    return {
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": STEP,
        "SECURITY_TWO_FACTOR_IMPLEMENTATIONS": {
            "code": "flask_security.twofactor.CodeTfPlugin",
            "webauthn": f"{__name__}.AnyPasskey",
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
        # Nobody learns from the sign-in page who has a passkey.
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
            _("The name is too long: at most 64 characters."),
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
    """The keys for authenticator secrets, the present one first, by names that stay theirs."""
    return {
        derived_key(secret, "name of an authenticator key").hex()[:16]: derived_key(
            secret, "authenticator apps"
        ).decode()
        for secret in secrets
    }


class Authenticator(Totp):
    """Codes of authenticator apps (RFC 6238): each is taken once."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        super().__init__(secrets, issuer)
        # passlib would encrypt with the key whose name sorts last.
        wallet = AppWallet(secrets, default_tag=next(iter(secrets)))
        self._totp = TOTP.using(issuer=issuer, wallet=wallet, now=lambda: clock.now().timestamp())

    def get_last_counter(self, user: UserMixin) -> int | None:
        """The time step of the last code that was taken; the caller holds the row."""
        return user.totp_last_counter if isinstance(user, User) else None

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        """Keep the time step of a code that was taken."""
        if isinstance(user, User):
            user.totp_last_counter = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The address for the app as an SVG picture in a data URI."""
        return str(segno.make(self.get_totp_uri(username, totp), error="m").svg_data_uri(border=2))

    def confirm(self, token: str, totp_secret: str) -> int | None:
        """The time step of a new app's first code; None if it is wrong."""
        try:
            return int(self._totp.verify(token, totp_secret, window=STEP).counter)
        except TokenError:
            return None

    def readable(self, totp_secret: str) -> bool:
        """Whether a key is known that opens a stored secret."""
        try:
            self._totp.from_source(totp_secret)
        except KeyError:
            return False
        return True

    def renewed(self, totp_secret: str) -> str:
        """The same secret, encrypted with the present key; raises KeyError (see `readable`)."""
        opened = self._totp.from_source(totp_secret)
        return str(opened.to_json(encrypt=True)) if opened.changed else totp_secret


class RecoveryCodes(MfRecoveryCodesUtil):
    """Codes for somebody whose device is lost: each works once."""

    def create_recovery_codes(self, user: UserMixin) -> list[str]:
        """New codes, in place of all earlier ones; the caller commits."""
        codes = super().create_recovery_codes(user)
        factor_notices.tell(db.session().get_one(User, user.id), Change.CODES_MADE)
        return [str(code) for code in codes]

    def check_recovery_code(self, user: UserMixin, code: str) -> bool:
        """Take a code of the list; the caller holds the row, and commits."""
        if not super().check_recovery_code(user, code):
            return False
        return bool(super().delete_recovery_code(user, code))

    def delete_recovery_code(self, user: UserMixin, code: str) -> bool:
        """The library deletes later, when another request might have come between."""
        return True

    def renewed(self, stored: str) -> str:
        """A stored code, encrypted with the present key; raises KeyError if none opens it."""
        assert self.cryptor is not None
        try:
            return self.cryptor.rotate(stored.encode()).decode()
        except InvalidToken:
            raise KeyError("no known key opens this code") from None


class AnyPasskey(WebAuthnTfPlugin):
    """Every passkey is asked for after a password, also one that signs in alone."""

    def get_setup_methods(self, user: UserMixin) -> list[tuple[str, str]]:
        """The name for a choice, if there is a passkey."""
        return [("webauthn", str(_("Passkey")))] if user.webauthn else []


class Passkeys(WebauthnUtil):
    """Passkeys of this installation's address, which comes from BASE_URL, never from a request."""

    def generate_challenge(self, nbytes: int | None = None) -> str:
        """A challenge for this browser; `factor_forms` takes it once."""
        challenge = super().generate_challenge(nbytes)
        session[CHALLENGE] = challenge
        return challenge

    def origin(self) -> str:
        """Scheme, host and port."""
        base = urlsplit(current_app.config["BASE_URL"])
        return f"{base.scheme}://{base.netloc}"

    def registration_options(
        self, user: UserMixin, usage: str, existing_options: dict[str, Any]
    ) -> dict[str, Any]:
        """What the browser is asked to make."""
        existing_options["rp_id"] = rp_id()
        return super().registration_options(user, usage, existing_options)

    def authenticator_selection(
        self, user: UserMixin, usage: str
    ) -> AuthenticatorSelectionCriteria:
        """Without a password the device must find the key and verify its owner."""
        alone = usage == "first"
        return AuthenticatorSelectionCriteria(
            resident_key=(
                ResidentKeyRequirement.REQUIRED if alone else ResidentKeyRequirement.DISCOURAGED
            ),
            user_verification=self.user_verification(user, [usage]),
        )

    def authentication_options(
        self, user: UserMixin | None, usage: list[str], existing_options: dict[str, Any]
    ) -> dict[str, Any]:
        """What the browser is asked to sign; after a password with any passkey of the person."""
        existing_options["rp_id"] = rp_id()
        if user is not None:
            existing_options["allow_credentials"] = [
                PublicKeyCredentialDescriptor(
                    id=key.credential_id,
                    transports=[AuthenticatorTransport(name) for name in key.transports or ()],
                )
                for key in user.webauthn
            ]
        return super().authentication_options(user, usage, existing_options)

    def user_verification(
        self, user: UserMixin | None, usage: list[str]
    ) -> UserVerificationRequirement:
        """Required where the passkey is all that is asked."""
        if "first" in usage:
            return UserVerificationRequirement.REQUIRED
        return UserVerificationRequirement.PREFERRED


class Passwords(PasswordUtil):
    """New passwords, with sentences that name cause and way out in the reader's language."""

    def validate(
        self, password: str, is_register: bool, **kwargs: Any
    ) -> tuple[list[Any] | None, str]:
        """What is wrong, if anything is, and the password as it is hashed."""
        normal = self.normalize(password)
        weak = weakness(normal, _own_data(kwargs["user"]))
        if weak is None or weak is Weakness.SHORT:
            # The library counts the length as well, and says it in the words of its pages.
            return super().validate(password, is_register, **kwargs)
        return [PASSWORD_REFUSED[weak]], normal


def _own_data(user: User) -> list[str]:
    units: list[Organisation] = [m.organisation for m in user.memberships if m.organisation]
    return [user.name, user.email, *(unit.name for unit in units)]


def rp_id() -> str:
    """The host for which passkeys are made (Web Authentication, 4: RP ID)."""
    return urlsplit(current_app.config["BASE_URL"]).hostname or ""


def passkeys_work() -> bool:
    """Whether a browser makes passkeys for the address of this request.

    It does so for host names only, and over https, or on the machine itself.
    """
    base = urlsplit(current_app.config["BASE_URL"])
    here = urlsplit(f"//{request.host}").hostname
    named = base.hostname == "localhost" or (base.scheme == "https" and not _is_ip(rp_id()))
    return named and here == base.hostname


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
