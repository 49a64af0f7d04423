"""Parses the fields and topics of the demonstration from plain text. Pure.

= first-aid 急救 First aid                     a field of the first level
== first-aid.scene 现场急救 Emergency scenes   a field of the second level
急救入门 90 villagers,community lecture        a topic: title, minutes, audiences, formats
从判断意识到拨打电话……                          its summary, on the next line
"""

from collections.abc import Iterable
from typing import NamedTuple

from booking.instructors.engine.vocabulary import Audience, Format


class DemoField(NamedTuple):
    """A field; ``parent`` is the code of its field of the first level, or None."""

    code: str
    name: str
    name_en: str
    parent: str | None


class DemoTopic(NamedTuple):
    """A topic; ``field`` is the code of a field of the second level."""

    field: str
    title: str
    summary: str
    minutes: int
    audiences: tuple[Audience, ...]
    formats: tuple[Format, ...]

    @property
    def top_field(self) -> str:
        """The code of the field of the first level."""
        return self.field.partition(".")[0]


class Catalogue(NamedTuple):
    """Fields (a parent before its children) and topics, in the order of the text."""

    fields: tuple[DemoField, ...]
    topics: tuple[DemoTopic, ...]


def read_catalogue(texts: Iterable[str]) -> Catalogue:
    """The catalogue of several texts. Raises ``ValueError`` for an invalid line."""
    fields: list[DemoField] = []
    topics: list[DemoTopic] = []
    lines = (line for text in texts for line in text.strip().splitlines() if line)
    for line in lines:
        if line.startswith("="):
            fields.append(_field(line))
        else:
            topics.append(_topic(fields[-1].code, line, summary=next(lines)))
    return Catalogue(tuple(fields), tuple(topics))


def _field(line: str) -> DemoField:
    _level, code, name, name_en = line.split(" ", 3)
    parent, dot, _child = code.partition(".")
    return DemoField(code, name, name_en, parent if dot else None)


def _topic(field: str, line: str, summary: str) -> DemoTopic:
    title, minutes, audiences, formats = line.split(" ")
    return DemoTopic(
        field,
        title,
        summary,
        int(minutes),
        tuple(Audience(code) for code in audiences.split(",")),
        tuple(Format(code) for code in formats.split(",")),
    )
