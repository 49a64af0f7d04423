"""What a topic asks of an instructor's time. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from booking.availability.engine.limits import DaySpan
from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.travel import Place
from booking.instructors.engine.vocabulary import Format


class Teachable(Protocol):
    """What of a topic decides about times: a row of the register has it, and so has a line."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def minutes(self) -> int:
        """How long it takes."""

    @property
    def formats(self) -> Sequence[Format]:
        """How it can be taught."""

    @property
    def valid_from(self) -> date | None:
        """The first day on which it is taught."""

    @property
    def valid_to(self) -> date | None:
        """The last day on which it is taught, inclusive."""


def slot_request_for(
    topic: Teachable,
    region_code: str,
    organisation_id: int | None = None,
    format: str | None = None,
) -> SlotRequest:
    """What a page asks of an instructor's time: the topic, taught in a region.

    There is no way to a lecture that can only be online, or that is wanted online and can be.
    """
    formats = list(topic.formats)
    online = formats == [Format.ONLINE] or (format == Format.ONLINE and Format.ONLINE in formats)
    return SlotRequest(
        minutes=topic.minutes,
        place=None if online else Place(region_code),
        organisation_id=organisation_id,
        topic=DaySpan(topic.valid_from, topic.valid_to),
    )
