"""The page of the first start; 404 once there is, or was, an administrator."""

from __future__ import annotations

import io

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.utils import login_user

from booking import clock
from booking.accounts.engine.csv_lists import RegionLine
from booking.accounts.engine.passwords import SHORTEST_PASSWORD
from booking.accounts.guards import requires
from booking.administration.setup import links, own_regions
from booking.administration.setup.forms import SETTINGS, SetupForm
from booking.administration.setup.service import FirstStart, set_up
from booking.db import db, unit_of_work
from booking.errors import Invalid
from booking.notifications.transmission import trial_mail
from booking.organisations.regions import lists as region_lists
from booking.settings import mail_server, queries
from booking.settings.engine.declarations import MAIL
from booking.settings.engine.mail_declarations import MAIL_FROM, MAIL_PASSWORD
from booking.web.request_limits import limited
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule("/setup/<token>", "setup", setup, methods=["GET", "POST"])
    blueprint.add_url_rule("/setup/<token>/regions.csv", "setup_regions", empty_regions)


@limited("setup")
@requires("setup.use")
@keeps_typed
def setup(token: str) -> ResponseReturnValue:
    """Make the administrator, the name and zone, the mail server and the regions."""
    links.check(db.session(), token, now=clock.now())
    form = SetupForm(data=SetupForm.defaults())
    form.offer_provinces()
    form.leave_out_machine()
    if request.method == "GET":
        return _page(token, form)
    return submitted(form, lambda: _set_up(token, form), lambda status: _page(token, form, status))


@limited("setup")
@requires("setup.use")
def empty_regions(token: str) -> ResponseReturnValue:
    """An empty list of regions to fill in, with its header in the reader's language."""
    links.check(db.session(), token, now=clock.now())
    return send_file(
        io.BytesIO(own_regions.empty_form()),
        mimetype="text/csv",
        as_attachment=True,
        download_name=f"{_('Regions')}.csv",
    )


def _set_up(token: str, form: SetupForm) -> ResponseReturnValue:
    start = FirstStart(
        name=form.name.data,
        email=form.email.data,
        password=form.password.data,
        settings=_settings(form),
        regions=_regions(form),
    )
    with unit_of_work() as session:
        user = set_up(session, token, start, now=clock.now())
    queries.forget()
    login_user(user, authn_via=["password"])
    flash(_("This installation is set up, and you are signed in as its administrator."), "success")
    if start.settings.get("mail_server") and user.email is not None:
        _try_mail(user.email)
    return redirect(url_for("administration.menu"), 303)


def _regions(form: SetupForm) -> list[RegionLine]:
    """Those of the list, else those of the province; raises `Invalid` for a list with errors."""
    data, filename = form.list_of_regions()
    if not data:
        return form.regions_of_province()
    return own_regions.read(db.session(), data, filename=filename)


def _settings(form: SetupForm) -> dict[str, object]:
    """What was chosen: nothing of the mail server where none was named."""
    values = form.settings()
    if not values.get("mail_server"):
        left_out = {one.name for one in MAIL.settings} - {MAIL_FROM.name}
        values = {name: value for name, value in values.items() if name not in left_out}
        if not values.get(MAIL_FROM.name):
            values.pop(MAIL_FROM.name, None)
    elif values.get(MAIL_PASSWORD.name):
        values[MAIL_PASSWORD.name] = mail_server.box().seal(str(values[MAIL_PASSWORD.name]))
    return values


def _try_mail(address: str) -> None:
    """Send a test mail, and say what became of it."""
    try:
        trial_mail.send(address, now=clock.now())
    except Invalid as error:
        flash(
            _(
                "The test mail did not go out. %(reason)s You can correct this under Manage, "
                "Mail server.",
                reason=error.sentence,
            ),
            "danger",
        )
    else:
        flash(
            _("The mail server has taken a test mail to %(address)s.", address=address), "success"
        )


def _page(token: str, form: SetupForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "administration/setup.html",
        token=token,
        form=form,
        mail=MAIL.settings,
        settings=SETTINGS,
        shortest=SHORTEST_PASSWORD,
        headers=region_lists.headers(),
        asks_mail=not queries.set_by_machine(MAIL.settings[0]),
    )
    return page, status
