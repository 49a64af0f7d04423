"""The feature's blueprint, to which each subject adds its routes."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint

from booking.members.answer_links import views as answer_link_views
from booking.members.engine.states import INVITATION_VALID, REQUEST_KEPT, RESET_VALID
from booking.members.invitations import acceptance_views, several_views
from booking.members.invitations import views as invitation_views
from booking.members.people import views as people_views
from booking.members.reset_links import views as reset_views
from booking.members.sign_up import decision_views
from booking.members.sign_up import views as sign_up_views

blueprint = Blueprint("members", __name__)

blueprint.record_once(
    lambda state: state.app.jinja_env.globals.update(
        INVITATION_DAYS=INVITATION_VALID.days,
        RESET_HOURS=RESET_VALID // timedelta(hours=1),
        REQUEST_DAYS=REQUEST_KEPT.days,
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
