"""The second step of sign-in: what a person has set up, wrong codes, and taking all away.

Wrong codes are counted with the account, in the database, so that neither a new window nor
another process gives new tries. After `FREE_TRIES` each wrong one doubles a wait.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.accounts.factors import notices as factor_notices
from booking.accounts.factors.notices import Change
from booking.accounts.models import Passkey, User
from booking.errors import NotFound

FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
"""With three codes right at a time (RFC 6238, 5.2), 24 tries a day find one of a million codes
with a chance of 1 in 14,000 a day; and whoever tries has the password already."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody has set up."""

    authenticator: bool
    passkeys: tuple[str, ...]
    recovery_codes: int

    @property
    def any(self) -> bool:
        """Whether a second step is asked at sign-in."""
        return self.authenticator or bool(self.passkeys)


def factors_of(session: Session, user_id: int) -> Factors:
    """What a person has set up, the passkeys by name."""
    user = session.get_one(User, user_id)
    return Factors(
        authenticator=user.tf_primary_method is not None,
        passkeys=tuple(key.name for key in user.webauthn),
        recovery_codes=len(user.mf_recovery_codes or ()),
    )


def lacks_factor(session: Session, actor: Actor, user: User, roles: Collection[str]) -> bool:
    """Whether somebody has one of the roles that need a second step, and has none."""
    if not any(standing.role.value in roles for standing in actor.standings):
        return False
    return user.tf_primary_method is None and not has_passkey(session, user.id)


def has_passkey(session: Session, user_id: int) -> bool:
    """Whether a person has any passkey."""
    return session.scalar(select(Passkey.id).where(Passkey.user_id == user_id).limit(1)) is not None


def lock_codes(session: Session, user: User) -> datetime | None:
    """Let one request at a time look at somebody's codes; returns until when nobody may.

    Holds the row until the end of the transaction (SQLite: there is one writer anyway).
    """
    fields = ["totp_last_counter", "mf_recovery_codes", "factor_failures", "factor_wait_until"]
    session.refresh(user, attribute_names=fields, with_for_update=True)
    return user.factor_wait_until


def note_wrong_code(user: User, now: datetime) -> None:
    """Count a wrong code; from the fifth on the next one waits."""
    user.factor_failures += 1
    over = user.factor_failures - FREE_TRIES
    if over >= 0:
        # The exponent is bounded: 2 ** 6 minutes are more than the longest wait.
        user.factor_wait_until = now + min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(over, 6))


def note_right_code(user: User) -> None:
    """Forget the wrong ones."""
    user.factor_failures, user.factor_wait_until = 0, None


def forget_authenticator(user: User) -> bool:
    """Take the authenticator app away; returns whether there was one."""
    had = user.tf_primary_method is not None
    user.tf_primary_method = user.tf_totp_secret = user.totp_last_counter = None
    return had


def reset_factors(session: Session, email: str) -> User:
    """Take all factors of somebody away who lost the device; raises `NotFound`."""
    user = session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))
    if user is None:
        raise NotFound()
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
    """Encrypt all secrets with the present key; returns how many people's were and were not.

    What no key opens (KeyError) stays as it is: a key that was forgotten may come back.
    """
    kept = or_(User.tf_totp_secret.is_not(None), User.mf_recovery_codes.is_not(None))
    renewed = lost = 0
    for user in session.scalars(select(User).where(kept).with_for_update(of=User)).unique():
        try:
            if user.tf_totp_secret is not None:
                user.tf_totp_secret = authenticator(user.tf_totp_secret)
            user.mf_recovery_codes = [recovery_code(one) for one in user.mf_recovery_codes or ()]
            renewed += 1
        except KeyError:
            lost += 1
    return renewed, lost
