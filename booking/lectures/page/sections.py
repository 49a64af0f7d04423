"""Further sections of a lecture's page, handed in by the features above (`create_app`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask, current_app

from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture


@dataclass(frozen=True, slots=True)
class Section:
    """One section: a template that the page includes, which reads `section.values`."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)


SectionOf = Callable[[Lecture, frozenset[Party], datetime], Section | None]
"""The section for these parties at this instant; None where they see none."""


def connect(app: Flask, sections: Sequence[SectionOf]) -> None:
    """Attach the sections, in the order of the page."""
    app.extensions["lecture_sections"] = tuple(sections)


def sections_of(lecture: Lecture, who: frozenset[Party], now: datetime) -> list[Section]:
    """All sections of a lecture that these parties see."""
    sections: Sequence[SectionOf] = current_app.extensions.get("lecture_sections", ())
    found = [section_of(lecture, who, now) for section_of in sections]
    return [section for section in found if section is not None]
