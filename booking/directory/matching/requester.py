"""For whom somebody asks: the branch of this request's person, and where it is.

Every page and the JSON reckon times by the same rule: for the region that was asked for, else for
`own_region`, else for where the instructor lives. That region goes along in each link to the
booking, whose form takes it over, so that a time that is shown is a time that is accepted.
"""

from __future__ import annotations

from flask import request
from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts.guards import actor
from booking.directory.engine.matching import MatchQuery
from booking.directory.matching.query_string import read_match_query


def own_organisation() -> int | None:
    """The branch for which this person books, if there is just one: its quota then counts."""
    owners = actor().organisation_ids
    return next(iter(owners)) if len(owners) == 1 else None


def own_region() -> str:
    """The region of the branch for which this person books; empty where there is none."""
    return next((one.region_code for one in actor().units), "")


def own_match_query(session: Session) -> MatchQuery:
    """What the address of this request asks for, read alike for the page and the JSON.

    `WrongFields` (422) tells every field that is wrong.
    """
    return read_match_query(
        session,
        request.args,
        today=i18n.today(),
        organisation_id=own_organisation(),
        here=own_region(),
    )
