"""Notices of a changed factor: an audit entry, and a mail to the user.

Both are written in the caller's transaction. Neither contains a secret, a code or a passkey's
name.
"""

from __future__ import annotations

import enum

from flask_babel import force_locale, lazy_gettext
from flask_babel import gettext as _
from flask_security.utils import send_mail

from booking import audit, clock, i18n
from booking.accounts.models import User
from booking.accounts.service import as_subject
from booking.audit import Action
from booking.db import db
from booking.errors import Text
from booking.i18n import with_site_name


class Change(enum.Enum):
    """The kinds of changes: the action of the audit log, and the factor."""

    APP_ADDED = (Action.FACTOR_ADDED, "authenticator")
    APP_REMOVED = (Action.FACTOR_REMOVED, "authenticator")
    PASSKEY_ADDED = (Action.FACTOR_ADDED, "passkey")
    PASSKEY_REMOVED = (Action.FACTOR_REMOVED, "passkey")
    CODES_MADE = (Action.RECOVERY_CODES_MADE, None)
    ALL_REMOVED = (Action.FACTOR_REMOVED, "all")


SENTENCES: dict[Change, Text] = {
    Change.APP_ADDED: lazy_gettext("An authenticator app was set up for your account with Yueke."),
    Change.APP_REMOVED: lazy_gettext(
        "The authenticator app was removed from your account with Yueke."
    ),
    Change.PASSKEY_ADDED: lazy_gettext("A passkey was added to your account with Yueke."),
    Change.PASSKEY_REMOVED: lazy_gettext("A passkey was removed from your account with Yueke."),
    Change.CODES_MADE: lazy_gettext(
        "New recovery codes were made for your account with Yueke. Older ones no longer work."
    ),
    Change.ALL_REMOVED: lazy_gettext(
        "An administrator removed the authenticator app, the passkeys and the recovery codes from "
        "your account with Yueke."
    ),
}


def tell(user: User, change: Change) -> None:
    """Record a change and queue the mail about it, in the user's language."""
    action, factor = change.value
    audit.record(
        db.session(),
        action,
        about=as_subject(user),
        detail={} if factor is None else {"factor": factor},
    )
    if user.email is None:
        return  # No mail reaches this person; the page and the audit log tell it.
    with force_locale(user.language or i18n.languages()[0]):
        send_mail(
            with_site_name(_("how you sign in was changed")),
            user.email,
            "security/email/factor_changed",
            sentence=SENTENCES[change],
            at=clock.now(),
        )
