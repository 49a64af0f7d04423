"""What every form does that asks for a password: the attempt is counted before anything is hashed.

A form that lets somebody type a password takes `CountsPasswords`; a test looks for those that do
not.
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
    """Mixin of a form with the field `password`."""

    password: Any
    form_errors: Any
    refusal: TryLater | None = None
    """Why nothing was looked at, with the status of the answer."""

    def counted(self, prepare: Prepare, fits: Callable[[User | None], bool]) -> bool:
        """Whether the password fits, unless too many did not: then it is not looked at.

        What the session has not committed is lost, for a count is kept whatever happens later.
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
        """Say why the form is refused for now, with the status of the answer; returns False."""
        self.refusal = error
        self.form_errors = [str(error.sentence)]
        return False

    def _renewed_hash(self, user: User | None) -> str | None:
        """The password hashed anew, if the stored hash was made in another way."""
        stored = user.password if user else None
        if stored is None or not _security.pwd_context.needs_update(stored):
            return None
        return str(hash_password(self.password.data))


class AsksOwnPassword(CountsPasswords):
    """Mixin of a form in which somebody who is signed in types the present password again."""

    def own_password_fits(self) -> bool:
        """Whether it is the person's; if not, the field says so, and the log."""
        user: User = current_user._get_current_object()
        self.password.data = typed = _security.password_util.normalize(self.password.data or "")
        fits = bool(typed) and self.counted(
            partial(sign_in_limits.prepare_signed_in, user=user),
            lambda _user: user.password is not None and verify_password(typed, user.password),
        )
        if fits:
            # The library writes next, and commits by itself.
            begin_write()
        elif self.refusal is None:
            self.password.errors = [_("This is not your current password.")]
            if typed:
                user.track_failed_authn("password")
        return fits


class PasswordAgainForm(AsksOwnPassword, VerifyForm):
    """The password once more, before the ways to sign in are changed."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether it is the person's."""
        # Past the library's check, which counts nothing.
        return super(VerifyForm, self).validate(**kwargs) and self.own_password_fits()


class NewPasswordForm(AsksOwnPassword, ChangePasswordForm):
    """A new password, and the present one if there is one."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the password is changed."""
        # Past the library's check, which counts nothing.
        if not super(ChangePasswordForm, self).validate(**kwargs):
            return False
        if current_user.password and not self._present_one_fits():
            return False
        wrong, self.new_password.data = _security.password_util.validate(
            self.new_password.data or "", False, user=current_user
        )
        if wrong:
            self.new_password.errors = list(wrong)
        return not wrong

    def _present_one_fits(self) -> bool:
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
    """The attempt, counted; raises `TooManyTries`."""
    now = clock.now()
    # The account does not change meanwhile; who must wait is told without a write.
    sign_in_limits.check(db.session(), prepare(db.session()), now=now)
    with unit_of_work() as session:
        attempt = prepare(session)
        sign_in_limits.admit(session, attempt, now=now)
    return attempt
