"""Validation and normalisation of e-mail addresses. Pure."""

from __future__ import annotations

from typing import Any

from email_validator import EmailNotValidError, validate_email

RULES: dict[str, Any] = {
    "check_deliverability": False,
    "test_environment": True,
    # Mail is sent without SMTPUTF8 (RFC 6531): the local part must be ASCII.
    "allow_smtputf8": False,
}
"""Options of email-validator: only the syntax is checked, without DNS queries."""


def is_address(text: str) -> bool:
    """Whether a text is an e-mail address."""
    try:
        validate_email(text, **RULES)
    except EmailNotValidError:
        return False
    return True


def normalised(text: str) -> str:
    """The normalised address, as stored with accounts; other text is returned unchanged."""
    try:
        validated = validate_email(text, **RULES)
    except EmailNotValidError:
        return text
    return str(validated.normalized)
