"""Display texts of match reasons, alternatives and parts of the day."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.availability.words import HALF_DAYS
from booking.directory.engine.matching import Nearby, Reason
from booking.errors import Text

REASONS: dict[Reason, Text] = {
    Reason.TOPIC_TITLE: _("Topic fits"),
    Reason.TOPIC_FIELD: _("Field fits"),
    Reason.TOPIC_WORDS: _("Related"),
    Reason.PERSON: _("Name, title or workplace fits"),
    Reason.PREFERRED_TIME: _("Free when you prefer"),
    Reason.SAME_COUNTY: _("Same district"),
    Reason.SAME_CITY: _("Same city"),
    Reason.FURTHER: _("From further away"),
    Reason.ONLINE: _("Online"),
    Reason.AUDIENCE: _("For this audience"),
    Reason.FEWER_LECTURES: _("Has time for more lectures"),
    Reason.NOT_RECENTLY_HERE: _("Not lately at your unit"),
}

NEARBY: dict[Nearby, Text] = {
    Nearby.ANOTHER_DAY: _("On a later day"),
    Nearby.EARLIER_DAY: _("On an earlier day"),
    Nearby.NEIGHBOUR: _("In another district"),
    Nearby.ONLINE: _("Online"),
    Nearby.NEIGHBOUR_ANOTHER_DAY: _("In another district, on another day"),
    Nearby.ONLINE_ANOTHER_DAY: _("Online, on another day"),
}

PARTS_OF_DAY: dict[str, Text] = {
    "": _("Any time"),
    **{part.value: word for part, word in HALF_DAYS.items()},
}
