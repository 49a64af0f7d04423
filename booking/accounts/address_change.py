"""Change of an account's e-mail address: a link confirms the new one, a mail informs the old one.

Flask-Security has the form, the token and the mail. Added here: the password is required, the
number of links per hour is limited, GET of a link changes nothing (a POST confirms), and with the
change all other sign-ins and older links end.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, lazy_gettext
from flask_babel import gettext as _
from flask_login import current_user
from flask_security.change_email import ChangeEmailForm, change_email_confirm
from flask_security.signals import change_email_confirmed
from flask_security.utils import check_and_get_token_status, send_mail
from sqlalchemy.exc import IntegrityError
from wtforms import PasswordField

from booking import audit, clock, i18n
from booking.accounts.engine.delays import RESET
from booking.accounts.engine.errors import TooManyLinks
from booking.accounts.models import User
from booking.accounts.service import as_subject
from booking.accounts.sign_in import attempts, sessions
from booking.accounts.sign_in import limits as sign_in_limits
from booking.accounts.sign_in.login_manager import current_sign_in
from booking.accounts.sign_in.password_forms import AsksOwnPassword
from booking.db import begin_write, db, unit_of_work
from booking.i18n import mail_subject, with_site_name
from booking.sentences import N_

CONFIRM = "security.change_email_confirm"
LINK_WORKS = timedelta(hours=2)
"""Lifetime of a link; the sentences below state it as well."""


class AddressForm(AsksOwnPassword, ChangeEmailForm):
    """The new address, and the password: a stolen session does not suffice to take over."""

    password = PasswordField(
        lazy_gettext("Current password"), render_kw={"autocomplete": "current-password"}
    )

    def validate(self, **kwargs: Any) -> bool:
        """Whether the link is sent. The response never reveals if an address has an account."""
        self.email.data = (self.email.data or "").strip().lower()
        if current_user.email is None:
            # The library binds its link to the present address.
            self.form_errors.append(
                _("Your account has no mail address yet. Add one on the page of your account.")
            )
            return False
        valid = bool(super().validate(**kwargs))
        if self.email.data == current_user.email.lower():
            self.form_errors.append(_("This is your address already."))
            return False
        if not self.own_password_fits():
            return False
        # An address with an account is counted like any other: the responses must not differ.
        if not (valid or self.existing_email_user):
            return False
        return self._count_link() and valid

    def _count_link(self) -> bool:
        """Count this link; returns False and sets the error beyond the hourly limit of an account.

        Links go to an address of the user's choice: without a limit they could be used for spam.
        """
        key = sign_in_limits.key_of(f"address {current_user.id}")
        with unit_of_work() as session:
            wait = attempts.charge(session, {key: RESET}, now=clock.now())
        if wait:
            return self.refuse(TooManyLinks(wait))
        # The library writes next, and commits by itself.
        begin_write()
        return True


def settings() -> dict[str, Any]:
    """Flask-Security's settings for the change of address."""
    return {
        "SECURITY_CHANGE_EMAIL": True,
        "SECURITY_CHANGE_EMAIL_WITHIN": LINK_WORKS,
        "SECURITY_POST_CHANGE_EMAIL_VIEW": "/account",
        "SECURITY_CHANGE_EMAIL_SUBJECT": mail_subject(N_("confirm your new e-mail address")),
        "SECURITY_MSG_CHANGE_EMAIL_SENT": (
            lazy_gettext(
                "A link is coming to %(email)s. The address changes when you open it and confirm."
            ),
            "success",
        ),
        "SECURITY_MSG_CHANGE_EMAIL_CONFIRMED": (
            lazy_gettext("Your e-mail address is changed. From now on you sign in with it."),
            "success",
        ),
        "SECURITY_MSG_CHANGE_EMAIL_EXPIRED": (
            lazy_gettext("This link is too old. Ask for a new one."),
            "error",
        ),
    }


def init_app(app: Flask) -> None:
    """Replace the library's view of the link, after its routes were added, and allow POST."""
    path = next(rule.rule for rule in app.url_map.iter_rules() if rule.endpoint == CONFIRM)
    app.view_functions[CONFIRM] = confirm
    app.jinja_env.globals["link_hours"] = LINK_WORKS // timedelta(hours=1)
    app.add_url_rule(path, endpoint=CONFIRM, methods=["POST"])
    change_email_confirmed.connect(_changed, app)


def confirm(token: str) -> ResponseReturnValue:
    """Show a page on GET, and change the address on POST: mail scanners open links as well."""
    expired, invalid, data = check_and_get_token_status(token, "change_email", LINK_WORKS)
    if request.method != "POST" and not (expired or invalid):
        return render_template("security/change_email_confirm.html", address=data[2])
    try:
        response: ResponseReturnValue = change_email_confirm(token)  # type: ignore[no-untyped-call]
        db.session.flush()
    except IntegrityError:
        # Another account has confirmed the same address in the meantime.
        db.session.rollback()
        flash(_("This address has an account by now. Nothing was changed."), "error")
        return redirect(url_for("security.change_email"))
    return response


def _changed(_app: Flask, user: User, old_email: str, **_kwargs: object) -> None:
    """End older links and all other sign-ins, and inform the old address.

    Runs in the library's transaction. The link may be opened in a browser without a session, such
    as on a telephone.
    """
    is_own_session = current_user.is_authenticated and current_user.id == user.id
    kept = current_sign_in() if is_own_session else None
    current_app.extensions["security"].datastore.set_uniquifier(user)
    sessions.carry_over(db.session(), user=user, kept=kept)
    about = as_subject(user)
    audit.record(
        db.session(),
        audit.Action.ADDRESS_CHANGED,
        about=about,
        # The holder of the link acts for the account, signed in or not.
        by=audit.By(user.id, about.label),
        address=request.remote_addr,
    )
    with force_locale(user.language or i18n.languages()[0]):
        send_mail(
            with_site_name(_("your e-mail address was changed")),
            old_email,
            "security/email/address_changed",
            user=user,
        )
