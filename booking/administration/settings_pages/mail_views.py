"""The page of the mail server, with a test mail that says what the server answered."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from booking import audit, clock
from booking.accounts.guards import requires
from booking.administration.settings_pages.forms import MailForm
from booking.db import unit_of_work
from booking.errors import Invalid
from booking.notifications.transmission import trial_mail
from booking.settings import mail_server, queries, service
from booking.settings.engine.declarations import MAIL
from booking.settings.engine.mail_declarations import (
    MAIL_FROM,
    MAIL_PASSWORD,
    MAIL_SERVER,
    MAIL_USER,
)
from booking.settings.queries import in_force
from booking.web.request_limits import limited
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted, with_error


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule("/manage/mail", "mail_server", mail, methods=["GET", "POST"])


@limited("trial_mail", methods=("POST",))
@requires("settings.edit")
@keeps_typed
def mail() -> ResponseReturnValue:
    """Show and change the mail server; send a test mail after saving, if that was asked for."""
    form = MailForm(data=dict(queries.current().values) | {"recipient": current_user.email or ""})
    if in_force(MAIL_FROM) == MAIL_FROM.default and request.method == "GET":
        form.mail_from.data = ""
    for setting in MAIL.settings:
        if queries.set_by_machine(setting):
            del form[setting.name]
    if request.method == "GET":
        return _page(form)
    return submitted(form, lambda: _save(form), lambda status: _page(form, status))


def _save(form: MailForm) -> ResponseReturnValue:
    values = mail_values(form)
    with unit_of_work() as session:
        count = service.change_several(session, values, now=clock.now())
    if "test" in request.form:
        return _test(form)
    flash(_("Saved.") if count else _("Nothing was changed."), "success")
    return redirect(url_for("administration.mail_server"), 303)


def mail_values(form: Any) -> dict[str, object]:
    """The values of the form by the name of the setting, the password encrypted.

    An empty password keeps the stored one, unless server or user are others: it must not be sent
    to a server that it was not given for.
    """
    values = {one.name: form[one.name].data for one in MAIL.settings if one.name in form}
    if MAIL_PASSWORD.name not in values:
        return values
    typed = values.pop(MAIL_PASSWORD.name) or ""
    other = any(
        one.read(values[one.name] or "") != in_force(one) for one in (MAIL_SERVER, MAIL_USER)
    )
    if typed:
        values[MAIL_PASSWORD.name] = mail_server.box().seal(typed)
    elif other:
        values[MAIL_PASSWORD.name] = ""
    return values


def _test(form: MailForm) -> ResponseReturnValue:
    recipient = (form.recipient.data or "").strip()
    try:
        if not recipient:
            raise Invalid(_("Say to whom the test mail goes."), field="recipient")
        trial_mail.send(recipient, now=clock.now())
    except Invalid as error:
        audit.record_apart(audit.Action.TEST_MAIL_SENT, detail={"sent": False})
        if error.field not in form:
            return _page(form, error.status, error)
        return _page(form, with_error(form, error).status)
    audit.record_apart(audit.Action.TEST_MAIL_SENT, detail={"sent": True})
    flash(
        _("Saved, and the server has taken the test mail to %(address)s.", address=recipient),
        "success",
    )
    return redirect(url_for("administration.mail_server"), 303)


def _page(form: MailForm, status: int = 200, refusal: Invalid | None = None) -> ResponseReturnValue:
    page = render_template(
        "administration/settings/mail.html",
        form=form,
        refusal=refusal,
        saved="test" in request.form and status != 200,
        has_password=bool(in_force(MAIL_PASSWORD)),
        lost_password=bool(in_force(MAIL_PASSWORD)) and not mail_server.password(),
        set_by_machine=queries.set_by_machine,
        settings=MAIL.settings,
    )
    return page, status
