"""The pages of settings: all of them with what is in force, one group to change, the default."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import requires
from booking.administration.settings_pages import mail_views, mailbox_views, text_views
from booking.administration.settings_pages.forms import FORMS, group_called
from booking.administration.settings_pages.words import shown
from booking.administration.words import changed_by
from booking.db import unit_of_work
from booking.errors import NotFound
from booking.settings import queries, service
from booking.settings.engine.declarations import ALL, GROUPS, SET_UP_AT, Group
from booking.settings.engine.kinds import Setting
from booking.web.request_safety import Form, keeps_typed
from booking.web.submissions import submitted


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    blueprint.add_url_rule("/manage/settings", "settings", overview)
    blueprint.add_url_rule(
        "/manage/settings/<code>", "settings_group", change, methods=["GET", "POST"]
    )
    blueprint.add_url_rule(
        "/manage/settings/<code>/default", "settings_default", put_back, methods=["POST"]
    )
    mail_views.register(blueprint)
    mailbox_views.register(blueprint)
    text_views.register(blueprint)


@requires("settings.edit")
def overview() -> ResponseReturnValue:
    """All settings with what is in force, what it was by default, and who changed it."""
    return render_template(
        "administration/settings/overview.html",
        groups=GROUPS,
        changed_by=changed_by,
        current=queries.current(),
        shown=shown,
        set_by_machine=queries.set_by_machine,
    )


@requires("settings.edit")
@keeps_typed
def change(code: str) -> ResponseReturnValue:
    """Change the settings of one group together."""
    group = group_called(code)
    if group is None:
        raise NotFound()
    form = FORMS[code](data=dict(queries.current().values))
    for setting in group.settings:
        if not _is_open(setting):
            del form[setting.name]
    if request.method == "GET":
        return _page(group, form)
    return submitted(form, lambda: _save(group, form), lambda status: _page(group, form, status))


def _is_open(setting: Setting[Any]) -> bool:
    return not (setting.fixed_later or queries.set_by_machine(setting))


def _save(group: Group, form: Form) -> ResponseReturnValue:
    values = {one.name: form[one.name].data for one in group.settings if one.name in form}
    with unit_of_work() as session:
        count = service.change_several(session, values, now=clock.now())
    flash(_("Saved.") if count else _("Nothing was changed."), "success")
    return redirect(url_for("administration.settings", _anchor=group.name), 303)


def _page(group: Group, form: Form, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "administration/settings/group.html",
        group=group,
        form=form,
        current=queries.current(),
        shown=shown,
        set_by_machine=queries.set_by_machine,
    )
    return page, status


@requires("settings.edit")
def put_back(code: str) -> ResponseReturnValue:
    """Return one setting to its default."""
    setting = ALL.get(code)
    if setting is None or setting is SET_UP_AT:
        raise NotFound()
    with unit_of_work() as session:
        service.put_back(session, setting, now=clock.now())
    flash(_("The default is in force again."), "success")
    return redirect(url_for("administration.settings"), 303)
