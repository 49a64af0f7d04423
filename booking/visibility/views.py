"""What search engines are told: robots.txt, and a header on pages that are not for everybody."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState

from booking.accounts.guards import actor, requires
from booking.settings.engine.declarations import PublicRegister
from booking.visibility.guards import register_setting

blueprint = Blueprint("visibility", __name__)

TEXTS = frozenset({"directory.home", "administration.about", "administration.privacy"})
ENTRIES = frozenset({"directory.search", "directory.instructor"})
"""Pages that a search engine may list, where the register is not closed to it."""

NOT_LISTED = "noindex, noarchive"


@blueprint.get("/robots.txt")
@requires("public")
def robots() -> Response:
    """Where programs of search engines may go (RFC 9309): nowhere that needs a sign-in."""
    lines = ["User-agent: *", "Disallow: /api/", "Disallow: /match"]
    if register_setting() is PublicRegister.MEMBERS:
        lines.append("Disallow: /instructors")
    return Response("\n".join([*lines, ""]), mimetype="text/plain")


@blueprint.record_once
def header(state: BlueprintSetupState) -> None:
    """Send the header with every response but those that `_is_for_everybody`."""
    state.app.after_request(_not_listed)


def _not_listed(response: Response) -> Response:
    if not _is_for_everybody(response):
        response.headers.setdefault("X-Robots-Tag", NOT_LISTED)
    return response


def _is_for_everybody(response: Response) -> bool:
    endpoint = request.endpoint or ""
    if endpoint in ("static", "visibility.robots"):
        return True
    if response.status_code != 200 or endpoint not in TEXTS | ENTRIES or actor().signed_in:
        return False
    # The times of a day, or one topic, are no page of their own.
    return endpoint in TEXTS or (
        not request.args and register_setting() is not PublicRegister.MEMBERS
    )
