"""Display texts of match reasons, alternatives and parts of the day."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.availability.words import HALF_DAYS
from booking.directory.engine.matching import MatchReason, Nearby
from booking.errors import Text

REASONS: dict[MatchReason, Text] = {
    MatchReason.TOPIC_TITLE: _("Topic fits"),
    MatchReason.TOPIC_FIELD: _("Field fits"),
    MatchReason.TOPIC_WORDS: _("Related"),
    MatchReason.PERSON: _("Name, title or workplace fits"),
    MatchReason.PREFERRED_TIME: _("Free when you prefer"),
    MatchReason.SAME_COUNTY: _("Same district"),
    MatchReason.SAME_CITY: _("Same city"),
    MatchReason.FURTHER: _("From further away"),
    MatchReason.ONLINE: _("Online"),
    MatchReason.AUDIENCE: _("For this audience"),
    MatchReason.FEWER_LECTURES: _("Has time for more lectures"),
    MatchReason.NOT_RECENTLY_HERE: _("Not lately at your branch"),
}

NEARBY: dict[Nearby, Text] = {
    Nearby.ANOTHER_DAY: _("On a later day"),
    Nearby.EARLIER_DAY: _("On an earlier day"),
    Nearby.NEIGHBOUR: _("In another district"),
    Nearby.ONLINE: _("Online"),
    Nearby.NEIGHBOUR_ANOTHER_DAY: _("In another district, on another day"),
    Nearby.ONLINE_ANOTHER_DAY: _("Online, on another day"),
}

PREFERRED_DAYS = (
    _("Preferred day (optional)"),
    _("Second preferred day (optional)"),
    _("Third preferred day (optional)"),
    _("Fourth preferred day (optional)"),
    _("Fifth preferred day (optional)"),
    _("Sixth preferred day (optional)"),
)
PREFERRED_PARTS = (
    _("Time of day"),
    _("Second time of day"),
    _("Third time of day"),
    _("Fourth time of day"),
    _("Fifth time of day"),
    _("Sixth time of day"),
)
"""Labels of the rows of preferred times, at most `MOST_PREFERRED`."""

PARTS_OF_DAY: dict[str, Text] = {
    "": _("Any time"),
    **{part.value: word for part, word in HALF_DAYS.items()},
}
