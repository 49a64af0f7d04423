"""Where people begin after signing in, and the switch of language."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, after_this_request, redirect, session, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_security.signals import user_authenticated

from booking import i18n, web
from booking.accounts import service
from booking.accounts.guards import actor, requires
from booking.accounts.models import User
from booking.accounts.roles import Role
from booking.db import unit_of_work

blueprint = Blueprint("accounts", __name__)

FIRST_PAGES = (
    (Role.INSTRUCTOR, "lectures.inbox"),
    (Role.BRANCH, "lectures.mine"),
    (Role.COORDINATOR, "lectures.board"),
    (Role.ADMIN, "lectures.board"),
)


@blueprint.get("/start")
@requires("account.use")
def start() -> ResponseReturnValue:
    """To the page on which this person's work waits."""
    who = actor()
    for role, endpoint in FIRST_PAGES:
        if who.has(role):
            return redirect(url_for(endpoint))
    return redirect(url_for("directory.home"))


@blueprint.get("/language/<code>")
@requires("public")
def language(code: str) -> ResponseReturnValue:
    """Choose the language of this browser."""
    return web.remember_language(code)


@blueprint.post("/language/<code>")
@requires("public")
def own_language(code: str) -> ResponseReturnValue:
    """Choose the language of this browser and of one's mail."""
    user_id = actor().user_id
    if user_id is not None and code in i18n.languages():
        with unit_of_work() as writing:
            service.choose_language(writing, user_id=user_id, language=code)
    return web.remember_language(code)


@blueprint.record_once
def same_language_everywhere(state: BlueprintSetupState) -> None:
    """Take a choice along when somebody signs in, from the browser or from the account."""
    user_authenticated.connect(_signed_in, state.app)


def _signed_in(_app: Flask, user: User, **_more: object) -> None:
    chosen, kept, user_id = i18n.chosen_language(), user.language, user.id
    if chosen is None and kept in i18n.languages():
        session["language"] = kept
    elif chosen is not None and chosen != kept:
        # The library commits by itself first.
        @after_this_request
        def keep(response: Response) -> Response:
            with unit_of_work() as writing:
                service.choose_language(writing, user_id=user_id, language=chosen)
            return response
