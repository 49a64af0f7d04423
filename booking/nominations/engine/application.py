"""What a nomination says: the person, the contact, the topics; and when it is refused. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from booking.errors import Invalid
from booking.instructors.engine.vocabulary import (
    LENGTH_OUT_OF_RANGE,
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
)
from booking.sentences import N_
from booking.text import is_blank

LONGEST_NAME = 60
LONGEST_WORKPLACE = 200
LONGEST_TITLE = 200
LONGEST_INTRODUCTION = 1_000
LONGEST_TOPIC = 200
LONGEST_SUMMARY = 500
LONGEST_PHONE = 40
LONGEST_ADDRESS = 120
MOST_TOPICS = 3
MOST_FIELDS = 2

MICRO_MINUTES = 5
"""The usual length of a micro-lecture (微党课)."""


class Origin(enum.StrEnum):
    """Who nominates."""

    SELF = "self"
    UNIT = "unit"
    """A branch contact, for the own unit."""
    COORDINATOR = "coordinator"


@dataclass(frozen=True, slots=True)
class ProposedTopic:
    """A topic that the person would lecture on."""

    title: str
    minutes: int
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Application:
    """The values of a nomination, as typed and trimmed."""

    name: str
    workplace: str
    region_code: str
    title: str = ""
    introduction: str = ""
    field_codes: tuple[str, ...] = ()
    topics: tuple[ProposedTopic, ...] = ()
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)


def check(application: Application) -> None:
    """Refuse an application without a name, a topic or a contact. Raises `Invalid` (422)."""
    if is_blank(application.name):
        raise Invalid(N_("The name is missing."), field="name")
    if not application.topics:
        raise Invalid(
            N_("Name one topic at least: what would the lecture be about?"), field="topic_1"
        )
    titles = [topic.title for topic in application.topics]
    for number, topic in enumerate(application.topics, 1):
        if not SHORTEST_MINUTES <= topic.minutes <= LONGEST_MINUTES:
            raise Invalid(LENGTH_OUT_OF_RANGE, field=f"minutes_{number}")
        if topic.title in titles[: number - 1]:
            raise Invalid(N_("This topic is named twice."), field=f"topic_{number}")
    if not application.phone and not application.email:
        raise Invalid(
            N_("Give a telephone number or a mail address, so that the person can be reached."),
            field="phone",
        )
