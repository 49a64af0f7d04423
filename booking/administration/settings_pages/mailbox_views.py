"""The page of the mailbox to which answers come, with a look that says what the server answered."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import audit, clock
from booking.accounts.guards import requires
from booking.administration.settings_pages.forms import MailboxForm
from booking.db import db, unit_of_work
from booking.errors import Invalid
from booking.replies import queries as replies
from booking.replies.sources import trial
from booking.replies.sources.faults import MailboxFault, sentence
from booking.settings import mailbox, queries, service
from booking.settings.engine.declarations import MAILBOX
from booking.settings.engine.reply_declarations import (
    AUTHENTICATION_SERVER,
    MAILBOX_PASSWORD,
    MAILBOX_SERVER,
    MAILBOX_USER,
    REPLY_PROOF,
    SenderProof,
)
from booking.settings.queries import in_force
from booking.web.request_limits import limited
from booking.web.request_safety import Form, keeps_typed
from booking.web.submissions import submitted, with_error


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule("/manage/mailbox", "mailbox", show, methods=["GET", "POST"])


@limited("trial_mailbox", methods=("POST",))
@requires("settings.edit")
@keeps_typed
def show() -> ResponseReturnValue:
    """Show and change the mailbox; look into it after saving, if that was asked for."""
    form = MailboxForm(data=dict(queries.current().values))
    if request.method == "GET":
        return _page(form)
    return submitted(form, lambda: _save(form), lambda status: _page(form, status))


def _save(form: Form) -> ResponseReturnValue:
    with unit_of_work() as session:
        count = service.change_several(session, _values(form), now=clock.now())
    if "check" in request.form:
        return _check(form)
    flash(_("Saved.") if count else _("Nothing was changed."), "success")
    return redirect(url_for("administration.mailbox"), 303)


def _values(form: Form) -> dict[str, object]:
    """The values by the name of the setting, the password encrypted.

    An empty password keeps the stored one, unless server or user are others: it must not be sent
    to a server that it was not given for.
    """
    values = {one.name: form[one.name].data for one in MAILBOX.settings}
    typed = values.pop(MAILBOX_PASSWORD.name) or ""
    other = any(
        one.read(values[one.name] or "") != in_force(one) for one in (MAILBOX_SERVER, MAILBOX_USER)
    )
    if typed:
        values[MAILBOX_PASSWORD.name] = mailbox.box().seal(typed)
    elif other:
        values[MAILBOX_PASSWORD.name] = ""
    return values


def _check(form: Form) -> ResponseReturnValue:
    try:
        found = trial.look()
    except Invalid as error:
        audit.record_apart(audit.Action.MAILBOX_CHECKED, detail={"read": False})
        return _page(form, with_error(form, error).status, saved=True)
    audit.record_apart(audit.Action.MAILBOX_CHECKED, detail={"read": True})
    said = ngettext(
        "Saved, and the mailbox can be read. It holds %(num)s mail.",
        "Saved, and the mailbox can be read. It holds %(num)s mails.",
        found.mails,
    )
    flash(" ".join([said, _of_server(found.server)]).strip(), "success")
    return redirect(url_for("administration.mailbox"), 303)


def _of_server(name: str) -> str:
    """What the newest mail says about who checks senders here."""
    if name and name != in_force(AUTHENTICATION_SERVER).lower():
        return str(_("The newest mail names %(server)s in Authentication-Results.", server=name))
    return ""


def _page(form: Any, status: int = 200, *, saved: bool = False) -> ResponseReturnValue:
    state = replies.mailbox_state(db.session())
    unproven = in_force(REPLY_PROOF) == SenderProof.CONFIRMED and not in_force(
        AUTHENTICATION_SERVER
    )
    page = render_template(
        "administration/settings/mailbox.html",
        form=form,
        settings=MAILBOX.settings,
        saved=saved,
        has_password=bool(in_force(MAILBOX_PASSWORD)),
        lost_password=bool(in_force(MAILBOX_PASSWORD)) and not mailbox.password(),
        state=state,
        fault=sentence(MailboxFault(state.fault)) if state and state.fault else None,
        unproven=unproven and bool(in_force(MAILBOX_SERVER)),
    )
    return page, status
