"""What text messages say: four templates with numbered variables, of which only facts are values.

A provider has each template approved before it may be used. So a template is one sentence, whose
variables are numbered in the order of `VARIABLES`; its address is always the same, since variables
must not be parts of an address (Tencent Cloud, FAQ on templates of text messages).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

from booking.sentences import N_, Sentence

SINGLE, PART = 70, 67
"""Characters of one message, and of each part of a longer one, in which Chinese is sent."""

LONGEST = 2 * SINGLE
"""Characters of a message with its signature: what is sent as two."""

LONGEST_VALUE = 20
"""Characters of a value where no provider cuts it."""


class TextTemplate(enum.StrEnum):
    """The templates that an operator has approved."""

    CODE = "code"
    ANSWER = "answer"
    CALENDAR = "calendar"
    REMINDER = "reminder"


_FACTS = ("day", "time", "district", "topic")

VARIABLES: dict[TextTemplate, tuple[str, ...]] = {
    TextTemplate.CODE: ("code", "minutes"),
    TextTemplate.ANSWER: _FACTS,
    TextTemplate.CALENDAR: (*_FACTS, "state"),
    TextTemplate.REMINDER: _FACTS,
}
"""The names of the variables; the first is {1}."""


def wording(template: TextTemplate, values: Mapping[str, object], link: str) -> Sentence:
    """The message with values for all its variables. The address comes last: nothing follows it."""
    match template:
        case TextTemplate.CODE:
            return N_(
                "%(code)s is your code to sign in, valid for %(minutes)s minutes. If you did not "
                "ask for it, ignore this message.",
                **values,
            )
        case TextTemplate.ANSWER:
            return N_(
                "A lecture waits for your answer: %(day)s %(time)s, %(district)s, %(topic)s. "
                "Sign in: %(link)s",
                link=link,
                **values,
            )
        case TextTemplate.CALENDAR:
            return N_(
                "Lecture %(day)s %(time)s, %(district)s, %(topic)s: %(state)s. Details: %(link)s",
                link=link,
                **values,
            )
    return N_(
        "Reminder: lecture %(day)s %(time)s, %(district)s, %(topic)s. Details: %(link)s",
        link=link,
        **values,
    )


def to_register(template: TextTemplate, link: str) -> Sentence:
    """The text that a provider approves, with its variables as {1}, {2} and so on."""
    names = VARIABLES[template]
    return wording(template, {name: f"{{{place}}}" for place, name in enumerate(names, 1)}, link)


def arguments(template: TextTemplate, values: Mapping[str, str], longest: int) -> list[str]:
    """The values by their number, each of at most `longest` characters and never empty."""
    return [cut(values[name], longest) for name in VARIABLES[template]]


def cut(value: str, longest: int) -> str:
    """The beginning of a value, with a sign that something is missing."""
    line = " ".join(value.split()) or "-"
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def parts(text: str) -> int:
    """How many messages a text counts as, its signature included."""
    return 1 if len(text) <= SINGLE else -(-len(text) // PART)
