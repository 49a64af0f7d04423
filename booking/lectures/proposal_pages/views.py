"""Pages: a proposal is made, answered, taken back; what lists and a lecture's page show of it."""

from __future__ import annotations

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from booking import clock, i18n
from booking.accounts.guards import actor
from booking.db import db
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture
from booking.lectures.proposal_pages import answer_views, link_views, move_views, replacement_views
from booking.lectures.proposal_pages.lecture_section import Changes, changes_of
from booking.lectures.proposal_pages.panels import Panel, panels_for_coordinator, waiting_panels
from booking.lectures.proposals.words import KINDS


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint, and the words and data of its templates."""
    for views in (move_views, replacement_views, answer_views, link_views):
        views.register(blueprint)
    for value, name in (
        (_changes_of, "changes_of"),
        (_waiting_proposals, "waiting_proposals"),
        (_coordinated_proposals, "coordinated_proposals"),
    ):
        blueprint.add_app_template_global(value, name)
    blueprint.record_once(_words)


def _words(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals.update(PROPOSAL_KINDS=KINDS)


def _changes_of(lecture: Lecture) -> Changes:
    """For templates: what the reader sees of changes to a lecture."""
    return changes_of(lecture, now=clock.now())


def _waiting_proposals(party: str) -> list[Panel]:
    """For templates: the proposals that the reader may answer as this party."""
    return waiting_panels(db.session(), actor(), [Party(party)], i18n.zone())


def _coordinated_proposals() -> list[Panel]:
    """For templates: the proposals that wait for a coordinator."""
    return panels_for_coordinator(db.session(), actor(), i18n.zone())
