"""Templates are made of the kit in `templates/components/`, in lines that can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import config

TEMPLATES = config.ROOT / "booking" / "templates"
LONGEST = 160
CONTROL = re.compile(r"<(?:input|select|textarea|datalist)\b|\bform-(?:control|select|check)\b")
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def _templates() -> list[str]:
    found = [*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in found)


def hand_made(source: str) -> list[str]:
    """The form controls in a template that no component made; hidden fields too have a macro."""
    return CONTROL.findall(COMMENT.sub("", source))


def long_lines(source: str) -> list[int]:
    """The numbers of the lines that are too long to be read."""
    lines = source.splitlines()
    return [number for number, line in enumerate(lines, 1) if len(line) > LONGEST]


def _source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def test_only_components_hold_form_controls() -> None:
    pages = [name for name in _templates() if Path(name).parts[0] != "components"]
    found = {name: hand_made(_source(name)) for name in pages}
    assert {name: controls for name, controls in found.items() if controls} == {}


def test_no_line_of_a_template_is_too_long() -> None:
    found = {name: long_lines(_source(name)) for name in _templates()}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        '<input type="hidden" name="x">',
        "<select name=x>",
        "{% if x %}<textarea>{% endif %}",
        '{{ form.place(class="form-control") }}',
    ],
)
def test_a_control_made_by_hand_is_found(source: str) -> None:
    assert len(hand_made(f"<p>{{# <input> #}}{source}")) == 1


def test_a_long_line_is_found() -> None:
    assert long_lines(f"{'x' * LONGEST}\n{'字' * (LONGEST + 1)}\n") == [2]
