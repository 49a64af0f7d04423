"""The requester's branch and its region, as defaults of searches and match queries.

Pages and API compute slots for the same region: the region parameter, else `own_region`, else the
instructor's home region. A link to the booking form carries the region only if the reader chose it;
otherwise the form takes the region of the branch that books, which may be known only after the
reader has signed in, and checks the slot again.
"""

from __future__ import annotations

from flask import request
from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts.guards import actor
from booking.directory.engine.match_query import MatchQuery
from booking.directory.matching.query_string import read_match_query
from booking.visibility.guards import public_only


def own_organisation() -> int | None:
    """The branch for which the user books, if there is exactly one: its cap then applies."""
    owners = actor().organisation_ids
    return next(iter(owners)) if len(owners) == 1 else None


def own_region() -> str:
    """The region of the user's first branch; empty without a branch."""
    return next((unit.region_code for unit in actor().units), "")


def own_match_query(session: Session) -> MatchQuery:
    """The match query of the current HTTP request, for the page and the API.

    Raises `WrongFields` (422) with the errors of all fields.
    """
    return read_match_query(
        session,
        request.args,
        today=i18n.today(),
        organisation_id=own_organisation(),
        here=own_region(),
        public_only=public_only(),
    )
