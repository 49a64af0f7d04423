"""E-mail addresses. Pure."""

from __future__ import annotations

from typing import Any

from email_validator import EmailNotValidError, validate_email

RULES: dict[str, Any] = {
    "check_deliverability": False,
    "test_environment": True,
    # Mail is written without SMTPUTF8 (RFC 6531): before the @ stands ASCII.
    "allow_smtputf8": False,
}
"""What email-validator is told: an address is judged by its form, without asking any server."""


def is_address(text: str) -> bool:
    """Whether a text is an e-mail address."""
    try:
        validate_email(text, **RULES)
    except EmailNotValidError:
        return False
    return True


def normalised(text: str) -> str:
    """An address in the form in which accounts have it; what is none, as it is."""
    try:
        found = validate_email(text, **RULES)
    except EmailNotValidError:
        return text
    return str(found.normalized)
