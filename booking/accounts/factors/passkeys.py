"""Passkeys: WebAuthn with values of BASE_URL, and with the rules for each use."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, session
from flask_babel import lazy_gettext as _
from flask_security.core import UserMixin
from flask_security.webauthn import WebAuthnTfPlugin
from flask_security.webauthn_util import WebauthnUtil
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

CHALLENGE = "passkey_challenge"


class AnyPasskey(WebAuthnTfPlugin):
    """Accepts every passkey as a second factor, also one with the usage `first`."""

    def get_setup_methods(self, user: UserMixin) -> list[tuple[str, str]]:
        """The method and its label, if the user has a passkey."""
        return [("webauthn", str(_("Passkey")))] if user.webauthn else []


class Passkeys(WebauthnUtil):
    """WebAuthn with origin and RP ID from BASE_URL, never from a request."""

    def generate_challenge(self, nbytes: int | None = None) -> str:
        """A challenge stored in the session; the forms accept it once."""
        challenge = super().generate_challenge(nbytes)
        session[CHALLENGE] = challenge
        return challenge

    def origin(self) -> str:
        """The origin: scheme, host and port."""
        base = urlsplit(current_app.config["BASE_URL"])
        return f"{base.scheme}://{base.netloc}"

    def registration_options(
        self, user: UserMixin, usage: str, existing_options: dict[str, Any]
    ) -> dict[str, Any]:
        """The options for creating a passkey, with the RP ID of BASE_URL."""
        existing_options["rp_id"] = rp_id()
        return super().registration_options(user, usage, existing_options)

    def authenticator_selection(
        self, user: UserMixin, usage: str
    ) -> AuthenticatorSelectionCriteria:
        """Require a discoverable credential and user verification if no password is needed."""
        passwordless = usage == "first"
        return AuthenticatorSelectionCriteria(
            resident_key=(
                ResidentKeyRequirement.REQUIRED
                if passwordless
                else ResidentKeyRequirement.DISCOURAGED
            ),
            user_verification=self.user_verification(user, [usage]),
        )

    def authentication_options(
        self, user: UserMixin | None, usage: list[str], existing_options: dict[str, Any]
    ) -> dict[str, Any]:
        """The options for signing in; after a password all passkeys of the user are allowed."""
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
        """User verification is required if the passkey is the only factor."""
        if "first" in usage:
            return UserVerificationRequirement.REQUIRED
        return UserVerificationRequirement.PREFERRED


def rp_id() -> str:
    """The RP ID of passkeys: the host of BASE_URL (Web Authentication, section 4)."""
    return urlsplit(current_app.config["BASE_URL"]).hostname or ""


def passkeys_work() -> bool:
    """Whether browsers support passkeys for the host of this request.

    They need https and a host name, no IP address; or localhost.
    """
    base = urlsplit(current_app.config["BASE_URL"])
    host = urlsplit(f"//{request.host}").hostname
    supported = base.hostname == "localhost" or (base.scheme == "https" and not _is_ip(rp_id()))
    return supported and host == base.hostname


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
