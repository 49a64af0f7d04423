"""E-mail addresses. Pure."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email


def is_address(text: str) -> bool:
    """Whether a text is an e-mail address."""
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def normalised(text: str) -> str:
    """An address in the form in which accounts have it; what is none, as it is."""
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return text
    return str(found.normalized)
