"""Second factors of a user: which are set up, the count of wrong codes, reset, re-encryption.

Wrong codes are counted per account in the database, so that neither a new session nor another
process gives further attempts. After `FREE_TRIES` each wrong code doubles the delay.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from booking.accounts import access
from booking.accounts.engine.roles import Actor
from booking.accounts.factors import notices as factor_notices
from booking.accounts.factors.notices import Change
from booking.accounts.models import Passkey, User

FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
"""With three valid codes at a time (RFC 6238, 5.2), 24 attempts a day guess one of a million codes
with a probability of 1 in 14,000 a day; and an attacker needs the password first."""


@dataclass(frozen=True, slots=True)
class Factors:
    """The factors that a user has set up."""

    authenticator: bool
    passkeys: tuple[str, ...]
    recovery_codes: int

    @property
    def any(self) -> bool:
        """Whether a second factor is required at sign-in."""
        return self.authenticator or bool(self.passkeys)


def factors_of(session: Session, user_id: int) -> Factors:
    """The factors of a user, the passkeys by name."""
    user = session.get_one(User, user_id)
    return Factors(
        authenticator=user.tf_primary_method is not None,
        passkeys=tuple(key.name for key in user.webauthn),
        recovery_codes=len(user.mf_recovery_codes or ()),
    )


def lacks_factor(session: Session, actor: Actor, user: User, roles: Collection[str]) -> bool:
    """Whether a user has one of the roles that need a second factor, but none set up."""
    if not any(standing.role.value in roles for standing in actor.standings):
        return False
    return user.tf_primary_method is None and not has_passkey(session, user.id)


def has_passkey(session: Session, user_id: int) -> bool:
    """Whether a user has any passkey."""
    return session.scalar(select(Passkey.id).where(Passkey.user_id == user_id).limit(1)) is not None


def lock_codes(session: Session, user: User) -> datetime | None:
    """Lock the user's row for checking a code; returns the end of the delay, or None.

    The lock lasts until the end of the transaction (on SQLite there is one writer anyway).
    """
    fields = ["totp_last_counter", "mf_recovery_codes", "factor_failures", "factor_wait_until"]
    session.refresh(user, attribute_names=fields, with_for_update=True)
    return user.factor_wait_until


def note_wrong_code(user: User, now: datetime) -> None:
    """Count a wrong code; from the fifth on set a delay."""
    user.factor_failures += 1
    excess = user.factor_failures - FREE_TRIES
    if excess >= 0:
        # The exponent is bounded: 2 ** 6 minutes are more than the longest delay.
        user.factor_wait_until = now + min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(excess, 6))


def note_right_code(user: User) -> None:
    """Reset the count of wrong codes and the delay."""
    user.factor_failures, user.factor_wait_until = 0, None


def forget_authenticator(user: User) -> bool:
    """Remove the authenticator app; returns whether there was one."""
    had = user.tf_primary_method is not None
    user.tf_primary_method = user.tf_totp_secret = user.totp_last_counter = None
    return had


def reset_factors(session: Session, email: str) -> User:
    """Remove all factors of a user whose device is lost; raises `NotFound`."""
    user = access.user_of(session, email)
    session.execute(delete(Passkey).where(Passkey.user_id == user.id))
    session.expire(user, ["webauthn"])
    forget_authenticator(user)
    user.mf_recovery_codes = None
    note_right_code(user)
    factor_notices.tell(user, Change.ALL_REMOVED)
    return user


def renew_secrets(
    session: Session,
    *,
    authenticator: Callable[[str], str],
    recovery_code: Callable[[str], str],
) -> tuple[int, int]:
    """Encrypt all secrets with the current key; returns the numbers of users renewed and failed.

    Secrets that no key decrypts (KeyError) stay unchanged: the missing key may be added again.
    """
    has_secrets = or_(User.tf_totp_secret.is_not(None), User.mf_recovery_codes.is_not(None))
    renewed = lost = 0
    for user in session.scalars(select(User).where(has_secrets).with_for_update(of=User)).unique():
        try:
            if user.tf_totp_secret is not None:
                user.tf_totp_secret = authenticator(user.tf_totp_secret)
            user.mf_recovery_codes = [recovery_code(code) for code in user.mf_recovery_codes or ()]
            renewed += 1
        except KeyError:
            lost += 1
    return renewed, lost
