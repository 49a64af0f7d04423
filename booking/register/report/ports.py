"""Where the people of an import are invited: a page of another feature."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

INVITE_MANY = "members.invite_several"
"""The endpoint that invites many people, named by `instructor_id`, or those of a `region`."""

MOST_NAMED = 100
"""Most people who are named in an address; for more, it leads to all of the region."""


def invitation_url(ids: Sequence[int], region_code: str) -> str:
    """The address of the page that invites the people of an import."""
    if len(ids) > MOST_NAMED:
        return url_for(INVITE_MANY, region=region_code)
    return url_for(INVITE_MANY, instructor_id=list(ids))
