"""The page of text messages: the service, its templates, limits, and a test message."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from booking import audit, clock, i18n
from booking.accounts.engine.sign_in_names import read_phone, shown_phone
from booking.accounts.guards import requires
from booking.administration.settings_pages.forms import TextForm
from booking.db import unit_of_work
from booking.errors import Invalid
from booking.notifications.texts import trial_text
from booking.notifications.texts.engine.wordings import TextTemplate, parts, to_register
from booking.notifications.texts.lectures import START
from booking.notifications.texts.words import SUBJECTS
from booking.settings import queries, service, text_service
from booking.settings.engine import text_declarations as declared
from booking.settings.engine.declarations import TEXT_MESSAGES
from booking.settings.queries import in_force
from booking.web.request_limits import limited
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted, with_error

SECTIONS = (
    ("service", declared.SERVICE_SETTINGS),
    ("tencent", declared.TENCENT_SETTINGS),
    ("templates", declared.TEMPLATE_SETTINGS),
    ("hook", declared.HOOK_SETTINGS),
    ("limits", declared.LIMIT_SETTINGS),
)

GIVEN_TO = {
    declared.TEXT_SECRET_KEY.name: (declared.TEXT_ENDPOINT, declared.TEXT_SECRET_ID),
    declared.TEXT_HOOK_SECRET.name: (declared.TEXT_HOOK_URL,),
}
"""Each secret with the settings whose change makes it void: it must not go to another server."""


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule(
        "/manage/text-messages", "text_messages", text_messages, methods=["GET", "POST"]
    )


@limited("trial_mail", methods=("POST",))
@requires("settings.edit")
@keeps_typed
def text_messages() -> ResponseReturnValue:
    """Show and change the service; send a test message after saving, if that was asked for."""
    own = shown_phone(current_user.phone or "")
    form = TextForm(data=dict(queries.current().values) | {"trial_phone": own})
    if request.method == "GET":
        return _page(form)
    return submitted(form, lambda: _save(form), lambda status: _page(form, status))


def _save(form: TextForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        count = service.change_several(session, _values(form), now=clock.now())
    if "test" in request.form:
        return _test(form)
    flash(_("Saved.") if count else _("Nothing was changed."), "success")
    return redirect(url_for("administration.text_messages"), 303)


def _values(form: Any) -> dict[str, object]:
    """The values of the form by the name of the setting, the secrets encrypted.

    A secret that was not typed stays, unless it was given to another server or account.
    """
    values = {one.name: form[one.name].data for one in TEXT_MESSAGES.settings}
    for name, given_to in GIVEN_TO.items():
        typed = values.pop(name) or ""
        if typed:
            values[name] = text_service.box().seal(typed)
        elif any(one.read(values[one.name] or "") != in_force(one) for one in given_to):
            values[name] = ""
    return values


def _test(form: TextForm) -> ResponseReturnValue:
    phone = read_phone(form.trial_phone.data or "")
    try:
        if phone is None:
            raise Invalid(_("Say to which number the test message goes."), field="trial_phone")
        trial_text.send(phone, TextTemplate(form.trial.data), now=clock.now())
    except Invalid as error:
        audit.record_apart(audit.Action.TEST_TEXT_SENT, detail={"sent": False})
        return _page(form, with_error(form, error).status, saved=True)
    audit.record_apart(audit.Action.TEST_TEXT_SENT, detail={"sent": True})
    flash(
        _("Saved, and the service has taken the test message to %(phone)s.",
          phone=shown_phone(phone)),
        "success",
    )  # fmt: skip
    return redirect(url_for("administration.text_messages"), 303)


def _page(form: TextForm, status: int = 200, *, saved: bool = False) -> ResponseReturnValue:
    secrets = (declared.TEXT_SECRET_KEY, declared.TEXT_HOOK_SECRET)
    page = render_template(
        "administration/settings/text_messages.html",
        form=form,
        sections=dict(SECTIONS),
        saved=saved,
        stored={one.name for one in secrets if in_force(one)},
        lost=[one.label for one in secrets if in_force(one) and not text_service.secret(one)],
        templates=_templates(),
    )
    return page, status


def _templates() -> list[tuple[Any, str, int]]:
    """Of each template its name, the text to register, and how many messages it counts as."""
    link = f"{current_app.config['BASE_URL']}{START}"
    signature = f"【{in_force(declared.TEXT_SIGNATURE) or i18n.site_name()}】"
    with force_locale(i18n.languages()[0]):
        texts = {one: str(to_register(one, link)) for one in TextTemplate}
    # A variable has six characters where its number has three.
    return [
        (SUBJECTS[one], text, parts(signature + text + "…" * 3 * text.count("{")))
        for one, text in texts.items()
    ]
