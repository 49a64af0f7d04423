"""The columns of a list to file, and which a list of one side leaves out. Pure."""

from __future__ import annotations

import enum


class OwnerKind(enum.StrEnum):
    """Whose lectures a list has; the values stand in addresses."""

    BRANCH = "branches"
    INSTRUCTOR = "instructors"
    REGION = "regions"


class Order(enum.StrEnum):
    """The order of the rows."""

    DAY = "day"
    BRANCH = "branch"
    INSTRUCTOR = "instructor"


class Filed(enum.StrEnum):
    """The columns, in their order."""

    NUMBER = "number"
    DAY = "day"
    TIME = "time"
    TOPIC = "topic"
    FIELD = "field"
    INSTRUCTOR = "instructor"
    POST = "post"
    BRANCH = "branch"
    PLACE = "place"
    AUDIENCE = "audience"
    LISTENERS = "listeners"
    HOURS = "hours"
    FORMAT = "format"
    OUTCOME = "outcome"
    EVALUATION = "evaluation"
    REMARKS = "remarks"


SHARES = {
    Filed.NUMBER: 4,
    Filed.DAY: 9,
    Filed.TIME: 11,
    Filed.TOPIC: 15,
    Filed.FIELD: 9,
    Filed.INSTRUCTOR: 11,
    Filed.POST: 12,
    Filed.BRANCH: 12,
    Filed.PLACE: 12,
    Filed.AUDIENCE: 10,
    Filed.LISTENERS: 8,
    Filed.HOURS: 6,
    Filed.FORMAT: 9,
    Filed.OUTCOME: 10,
    Filed.EVALUATION: 9,
    Filed.REMARKS: 10,
}
"""The widths of the columns on paper, in relation to each other."""

_LEFT_OUT = {
    OwnerKind.BRANCH: frozenset({Filed.BRANCH}),
    OwnerKind.INSTRUCTOR: frozenset({Filed.INSTRUCTOR, Filed.POST, Filed.EVALUATION}),
    OwnerKind.REGION: frozenset({Filed.EVALUATION}),
}

NARROW = frozenset({Filed.POST, Filed.AUDIENCE, Filed.FORMAT, Filed.EVALUATION})
"""What pages leave out: the screen has less room than paper across."""


def columns_of(side: OwnerKind) -> tuple[Filed, ...]:
    """The columns of a list: whose list it is stands in its title.

    Whether a lecture was evaluated is filed by its branch only.
    """
    return tuple(column for column in Filed if column not in _LEFT_OUT[side])
