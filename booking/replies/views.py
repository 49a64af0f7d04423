"""What pages show of addresses whose mail is returned, and the button that undoes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking.accounts.guards import requires, signed_in_id
from booking.db import db, unit_of_work
from booking.replies.returns import queries
from booking.replies.returns import service as returns

blueprint = Blueprint("replies", __name__)


@blueprint.app_template_global("mail_returned_since")
def mail_returned_since(*user_ids: int) -> Mapping[int, datetime]:
    """For templates: since when mail to these users is returned. One query."""
    return queries.returned_since(db.session(), user_ids)


@blueprint.post("/account/mail-arrives")
@requires("account.use")
def mail_arrives() -> ResponseReturnValue:
    """The signed-in person says that mail arrives again."""
    with unit_of_work() as session:
        undone = returns.arrives(session, signed_in_id())
    flash(_("Noted: mail to you is sent as before.") if undone else _("Nothing was changed."),
          "success")  # fmt: skip
    return redirect(url_for("accounts.account"), 303)
