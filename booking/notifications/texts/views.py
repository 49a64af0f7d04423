"""The page on which somebody stops text messages, or lets them come again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import requires, signed_in_id
from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.notifications.texts import queries, service
from booking.notifications.texts.models import StoppedBy
from booking.settings import text_service
from booking.settings.engine.text_declarations import TextService


def register(blueprint: Blueprint) -> None:
    """Add the route and a template function to the feature's blueprint."""
    blueprint.add_url_rule("/account/texts", "texts", texts, methods=["GET", "POST"])
    blueprint.app_context_processor(lambda: {"sends_texts": _sends})


def _sends() -> bool:
    return text_service.chosen() is not TextService.NONE


@requires("account.use")
def texts() -> ResponseReturnValue:
    """Whether one gets text messages; POST stops them or lets them come."""
    user_id = signed_in_id()
    if request.method == "POST":
        with unit_of_work() as session:
            user = session.get_one(User, user_id)
            if "resume" in request.form:
                changed = service.resume(session, user)
            else:
                changed = service.stop(session, user, now=clock.now())
        flash(_("Saved.") if changed else _("Nothing was changed."), "success")
        return redirect(url_for("notifications.texts"), 303)
    user = db.session().get_one(User, user_id)
    stop = queries.stop_of(db.session(), user)
    return render_template(
        "notifications/texts.html",
        user=user,
        sends=_sends(),
        stopped=stop is not None and stop.stopped_by is StoppedBy.PERSON,
        by_provider=stop is not None and stop.stopped_by is StoppedBy.PROVIDER,
    )
