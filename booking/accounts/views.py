"""Where people begin after signing in, and the switch of language."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from booking import web
from booking.accounts.guards import actor, requires
from booking.accounts.roles import Role

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
