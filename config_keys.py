"""Reads SECRET_KEY and its earlier values. Used by `config` alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from config_urls import SettingsError

SHORTEST_KEY = 32
"""Characters of SECRET_KEY in production."""

WEAKEST_KEY = 25
"""Decimal digits of guesses that a production key must withstand by zxcvbn's estimate.

Random keys of 32 characters need 28 and more; of 32 hexadecimal digits too.
"""

PLACEHOLDERS = ("changeme", "placeholder", "secretkey", "yoursecret", "insecure", "replacethis")
"""Parts of example values that were never replaced, without their hyphens."""


def secret(value: str | None, environment: str, instance: Path) -> str:
    if value and not (value.isascii() and value.isprintable() and " " not in value):
        raise SettingsError(
            "SECRET_KEY contains a space or a character that is not ASCII, so it could not be "
            "listed in SECRET_KEY_FALLBACKS later: use letters, digits and punctuation only."
        )
    if environment == "production":
        if value is None or not is_strong(value):
            raise SettingsError(
                "SECRET_KEY must be a random text of at least 32 characters in production: "
                "make one with `python -c 'import secrets; print(secrets.token_urlsafe(48))'`."
            )
        return value
    return value or _kept_secret(instance / "secret_key")


def is_strong(key: str) -> bool:
    """Whether a key is long and not to be guessed, as far as that can be estimated."""
    # Only production asks, and reading the lists of words takes a tenth of a second.
    from zxcvbn import zxcvbn

    bare = "".join(letter for letter in key.lower() if letter.isalnum())
    if len(key) < SHORTEST_KEY or any(placeholder in bare for placeholder in PLACEHOLDERS):
        return False
    # The library refuses longer texts; the beginning of a good key is good as well.
    return bool(zxcvbn(key[:72])["guesses_log10"] >= WEAKEST_KEY)


def fallbacks(value: str, environment: str) -> tuple[str, ...]:
    """Earlier keys, by spaces. A key that contained spaces would become several weak ones."""
    keys = tuple(value.split())
    if environment == "production" and any(len(key) < SHORTEST_KEY for key in keys):
        raise SettingsError(
            "SECRET_KEY_FALLBACKS holds a key of less than 32 characters: list earlier values of "
            "SECRET_KEY separated by spaces; one that contains a space itself cannot be listed."
        )
    return keys


def _kept_secret(path: Path) -> str:
    """A random key of this working copy, so that sign-ins survive a restart."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
