"""What one start tag says: its attributes, and what it needs from the rest of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

NAME = r"[^\s\"'<>/=]+"
VALUE = r"\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+"
ATTRIBUTES = rf"(?:\s+{NAME}(?:\s*=\s*(?:{VALUE}))?)*"
"""The attributes of a tag, separated by white space as the standard requires."""

_ATTRIBUTE = re.compile(rf"({NAME})(?:\s*=\s*({VALUE}))?")

REFERENCES = (
    *("for", "list", "form", "headers", "aria-controls", "aria-describedby", "aria-details"),
    *("aria-errormessage", "aria-labelledby"),
)
"""Attributes that contain ids of the same page, separated by spaces."""

URLS = {"href": ("a", "area", "link"), "src": ("img", "script", "source", "iframe")}
UNNAMED_INPUTS = ("hidden", "submit", "button", "reset", "image")
"""Types of inputs that need no label: invisible, or buttons with a text of their own."""


@dataclass(frozen=True, slots=True)
class Submission:
    """Where a form is sent; what is None is inherited from the form."""

    method: str | None
    action: str | None
    form: str | None
    """The id of the form that a button names."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag."""

    problems: tuple[str, ...]
    id: str | None
    references: tuple[tuple[str, str], ...]
    """Names of attributes, and the ids that they contain."""
    urls: tuple[str, ...]
    submission: Submission | None
    is_control: bool
    """Whether it is a form control that needs a label."""
    is_labelled: bool
    """Whether it has a name for screen readers by itself."""
    is_labelable: bool
    """Whether `for` of a label may contain its id."""


@lru_cache(maxsize=20_000)
def start_tag(name: str, attributes: str) -> Tag:
    """Parse the attributes of a start tag; tags that are equal are parsed once."""
    pairs = [
        (key.lower(), unescape(value[1:-1] if value[:1] in ("'", '"') else value))
        for key, value in _ATTRIBUTE.findall(attributes)
    ]
    values = dict(pairs)
    needs_label = name in ("select", "textarea") or (
        name == "input" and values.get("type", "text") not in UNNAMED_INPUTS
    )
    return Tag(
        problems=tuple(_problems(name, values, [key for key, _value in pairs])),
        id=values.get("id"),
        references=tuple(
            (f"{name}[{key}]", one) for key in REFERENCES for one in values.get(key, "").split()
        ),
        urls=tuple(
            values[key].strip() for key, tags in URLS.items() if name in tags and values.get(key)
        ),
        submission=_submission(name, values),
        is_control=needs_label,
        is_labelled=bool(values.get("aria-label") or values.get("aria-labelledby")),
        is_labelable=name in ("select", "textarea", "button", "meter", "output", "progress")
        or (name == "input" and values.get("type") != "hidden"),
    )


def _problems(name: str, values: dict[str, str], keys: list[str]) -> list[str]:
    found = [
        f"<{name}> has {key} twice" for key in sorted({key for key in keys if keys.count(key) > 1})
    ]
    identifier = values.get("id", "x")
    if not identifier or any(character.isspace() for character in identifier):
        found.append(f"id {identifier!r}")
    if name == "img" and "alt" not in values:
        found.append("<img> without alt")
    if name in ("a", "link") and values.get("href", "#x").strip() in ("", "#"):
        found.append(f"<{name}> that leads nowhere")
    return found


def _submission(name: str, values: dict[str, str]) -> Submission | None:
    if name == "form":
        return Submission(values.get("method", "get").upper(), values.get("action", ""), None)
    if name in ("button", "input") and ("formaction" in values or "formmethod" in values):
        method = values["formmethod"].upper() if "formmethod" in values else None
        return Submission(method, values.get("formaction"), values.get("form"))
    return None
