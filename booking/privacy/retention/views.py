"""The page of the schedule, for administrators: what is kept for how long, and what went when."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from booking import clock
from booking.accounts.guards import requires
from booking.db import db
from booking.members.engine.pages import page_number
from booking.privacy.retention import queries, service
from booking.privacy.retention.rules import RULES
from booking.settings.queries import in_force

blueprint = Blueprint("retention", __name__)


@blueprint.get("/manage/retention")
@requires("retention.read")
def schedule() -> ResponseReturnValue:
    """The rules with their periods; with `dry` also what the next run would delete."""
    session = db.session()
    return render_template(
        "privacy/retention/schedule.html",
        rules=RULES,
        names={rule.name: rule.data for rule in RULES},
        days={rule.name: in_force(rule.setting) for rule in RULES},
        due=service.counts(session, clock.now()) if "dry" in request.args else None,
        latest=queries.latest(session),
        page=queries.runs(session, page_number(request.args.get("page", type=int))),
    )
