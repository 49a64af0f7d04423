"""Reads SECRET_KEY and SECRET_KEY_FALLBACKS. Used by `config` alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from config_urls import SettingsError

SHORTEST_KEY = 32
"""Least number of characters of SECRET_KEY in production."""

WEAKEST_KEY = 25
"""Least log10 of the guesses that zxcvbn estimates for a key in production.

Random keys of 32 characters have 28 and more; of 32 hexadecimal digits too.
"""

PLACEHOLDERS = ("changeme", "placeholder", "secretkey", "yoursecret", "insecure", "replacethis")
"""Parts of example values, without hyphens: a key that contains one was never replaced."""


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
    return value or _stored_secret(instance / "secret_key")


def is_strong(key: str) -> bool:
    """Whether a key is long enough and hard to guess by zxcvbn's estimate."""
    # Imported here: only production needs it, and loading its word lists takes 0.1 seconds.
    from zxcvbn import zxcvbn

    bare = "".join(letter for letter in key.lower() if letter.isalnum())
    if len(key) < SHORTEST_KEY or any(placeholder in bare for placeholder in PLACEHOLDERS):
        return False
    # The library rejects longer texts; the beginning of a strong key is strong as well.
    return bool(zxcvbn(key[:72])["guesses_log10"] >= WEAKEST_KEY)


def fallbacks(value: str, environment: str) -> tuple[str, ...]:
    """Earlier keys, separated by spaces. A key with a space would become several weak keys."""
    keys = tuple(value.split())
    if environment == "production" and any(len(key) < SHORTEST_KEY for key in keys):
        raise SettingsError(
            "SECRET_KEY_FALLBACKS holds a key of less than 32 characters: list earlier values of "
            "SECRET_KEY separated by spaces; one that contains a space itself cannot be listed."
        )
    return keys


def _stored_secret(path: Path) -> str:
    """The random key stored in a file, created if missing, so that sessions survive a restart."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
