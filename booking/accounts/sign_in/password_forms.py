"""Mixins of all forms with a password: the attempt is counted before the password is hashed.

Every form with a password field must use `CountsPasswords`; a test checks that.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask_babel import gettext as _
from flask_login import current_user
from flask_security.forms import ChangePasswordForm, VerifyForm
from flask_security.proxies import _security
from flask_security.utils import get_message, hash_password, verify_password
from sqlalchemy.orm import Session

from booking import clock
from booking.accounts.engine.errors import Busy, TooManyTries
from booking.accounts.models import User
from booking.accounts.sign_in import limits as sign_in_limits
from booking.accounts.sign_in.limits import SignInAttempt
from booking.db import begin_write, db, unit_of_work
from booking.errors import TryLater

Prepare = Callable[[Session], SignInAttempt]


class CountsPasswords:
    """Mixin of a form with the field `password`, which limits the attempts."""

    password: Any
    form_errors: Any
    refusal: TryLater | None = None
    """The error if the password was not checked, with the status code of the response."""

    def counted(self, prepare: Prepare, fits: Callable[[User | None], bool]) -> bool:
        """Whether the attempt is admitted and `fits(user)` is true; the password is else unchecked.

        Rolls back the session's uncommitted changes: the count is committed at once, so that it
        stays whatever happens later.
        """
        try:
            attempt = _admitted(prepare)
        except TooManyTries as error:
            return self.refuse(error)
        try:
            if not fits(attempt.user):
                return False
            renewed = self._renewed_hash(attempt.user)
        except Busy as error:
            with unit_of_work() as session:
                sign_in_limits.withdraw(session, attempt, now=clock.now())
            return self.refuse(error)
        with unit_of_work() as session:
            sign_in_limits.succeed(session, attempt, now=clock.now(), renewed=renewed)
        return True

    def refuse(self, error: TryLater) -> bool:
        """Set the form's error and the status code of the response; returns False."""
        self.refusal = error
        self.form_errors = [str(error.sentence)]
        return False

    def _renewed_hash(self, user: User | None) -> str | None:
        """A new hash of the password, if the stored one has outdated parameters, else None."""
        stored = user.password if user else None
        if stored is None or not _security.pwd_context.needs_update(stored):
            return None
        return str(hash_password(self.password.data))


class AsksOwnPassword(CountsPasswords):
    """Mixin of a form in which a signed-in user confirms the current password."""

    def own_password_fits(self) -> bool:
        """Whether the password is correct; if not, sets the field's error and logs the failure."""
        user: User = current_user._get_current_object()
        self.password.data = entered = _security.password_util.normalize(self.password.data or "")
        fits = bool(entered) and self.counted(
            partial(sign_in_limits.prepare_signed_in, user=user),
            lambda _user: user.password is not None and verify_password(entered, user.password),
        )
        if fits:
            # The library writes next, and commits by itself.
            begin_write()
        elif self.refusal is None:
            self.password.errors = [_("This is not your current password.")]
            if entered:
                user.track_failed_authn("password")
        return fits


class PasswordAgainForm(AsksOwnPassword, VerifyForm):
    """Confirmation of the password before the factors of sign-in are changed."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the password is correct."""
        # Skips the library's check, which does not count attempts.
        return super(VerifyForm, self).validate(**kwargs) and self.own_password_fits()


class NewPasswordForm(AsksOwnPassword, ChangePasswordForm):
    """A new password, and the current one if there is one."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the current password is correct and the new one is accepted."""
        # Skips the library's check, which does not count attempts.
        if not super(ChangePasswordForm, self).validate(**kwargs):
            return False
        if current_user.password and not self._current_password_fits():
            return False
        errors, self.new_password.data = _security.password_util.validate(
            self.new_password.data or "", False, user=current_user
        )
        if errors:
            self.new_password.errors = list(errors)
        return not errors

    def _current_password_fits(self) -> bool:
        if not (self.password.data or "").strip():
            self.password.errors = [get_message("PASSWORD_NOT_PROVIDED")[0]]
            return False
        if not self.own_password_fits():
            return False
        if self.password.data == self.new_password.data:
            self.password.errors = [get_message("PASSWORD_IS_THE_SAME")[0]]
            return False
        return True


def _admitted(prepare: Prepare) -> SignInAttempt:
    """Count an attempt and return it; raises `TooManyTries`."""
    now = clock.now()
    # Pre-check outside the write lock: a delayed attempt is rejected without a write.
    sign_in_limits.check(db.session(), prepare(db.session()), now=now)
    with unit_of_work() as session:
        attempt = prepare(session)
        sign_in_limits.admit(session, attempt, now=now)
    return attempt
