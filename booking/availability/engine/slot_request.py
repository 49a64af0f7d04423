"""The slot request of a topic. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from booking.availability.engine.limits import DaySpan
from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.travel import Place
from booking.instructors.engine.vocabulary import Format


class Teachable(Protocol):
    """The attributes of a topic that determine its slots; table rows and plain values have them."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def minutes(self) -> int:
        """Its length in minutes."""

    @property
    def formats(self) -> Sequence[Format]:
        """The formats in which it can be taught."""

    @property
    def valid_from(self) -> date | None:
        """The first day on which it is offered; None: no limit."""

    @property
    def valid_to(self) -> date | None:
        """The last day on which it is offered, inclusive; None: no limit."""


def slot_request_for(
    topic: Teachable,
    region_code: str,
    organisation_id: int | None = None,
    format: str | None = None,
) -> SlotRequest:
    """The slot request of a topic that is taught in a region.

    It has no place, hence no travel time, if the topic can only be taught online, or if online is
    the requested format and possible.
    """
    formats = list(topic.formats)
    online = formats == [Format.ONLINE] or (format == Format.ONLINE and Format.ONLINE in formats)
    return SlotRequest(
        minutes=topic.minutes,
        place=None if online else Place(region_code),
        organisation_id=organisation_id,
        topic=DaySpan(topic.valid_from, topic.valid_to),
    )
