"""The feature's blueprint, to which each subject adds its routes."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flask import Blueprint

from booking.members.answer_links import views as answer_link_views
from booking.members.engine.states import INVITATION_VALID, RESET_VALID
from booking.members.invitations import acceptance_views, several_views
from booking.members.invitations import views as invitation_views
from booking.members.people import views as people_views
from booking.members.reset_links import views as reset_views
from booking.members.sign_up import decision_views
from booking.members.sign_up import views as sign_up_views
from booking.settings.engine.retention import JOIN_DAYS
from booking.settings.queries import in_force

blueprint = Blueprint("members", __name__)

blueprint.record_once(
    lambda state: state.app.jinja_env.globals.update(
        INVITATION_DAYS=INVITATION_VALID.days,
        RESET_HOURS=RESET_VALID // timedelta(hours=1),
        request_days=partial(in_force, JOIN_DAYS),
    )
)

for pages in (
    people_views,
    invitation_views,
    several_views,
    acceptance_views,
    reset_views,
    sign_up_views,
    decision_views,
    answer_link_views,
):
    pages.register(blueprint)
