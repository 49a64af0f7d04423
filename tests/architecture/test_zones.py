"""One home for local time -> UTC: `availability.engine.zones.local_instant`, without any zone set.

Elsewhere nothing gives a datetime a zone other than UTC, and nothing converts one that may have
none, which Python takes for the machine's own local time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture import sources

FILES_OF_OTHERS = "booking/availability/external/engine/occurrences.py"
"""Reads calendars whose events name zones of their own, as `dateutil` needs them."""

CONVERT_AWARE = {
    "booking/availability/external/expansion.py",  # The bounds of a window around now.
    "booking/calendars/engine/ical.py",  # `EventFacts` refuses naive instants.
    "booking/db/base.py",  # `UTCDateTime` refuses naive instants.
    "booking/lectures/request_form/parameters.py",  # Only a start that was sent with its offset.
    FILES_OF_OTHERS,
    "booking/calendars/feeds/engine/freebusy.py",
}

ZONE_ARGUMENT = {"datetime": 7, "combine": 2, "time": 4}
"""The position of the zone among the arguments of these constructors."""


def _zone_argument(call: ast.Call) -> ast.expr | None:
    """The zone that a call gives to a datetime or a time, or None."""
    for keyword in call.keywords:
        if keyword.arg == "tzinfo":
            return keyword.value
    position = ZONE_ARGUMENT.get(ast.unparse(call.func).split(".")[-1])
    if position is not None and len(call.args) > position:
        return call.args[position]
    return None


def sets_a_zone(tree: ast.AST) -> bool:
    """Whether a datetime gets a zone that may be another than UTC."""
    return any(
        (zone := _zone_argument(node)) is not None and ast.unparse(zone) not in {"UTC", "None"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    )


def converts_to_utc(tree: ast.AST) -> bool:
    """Whether something is converted to UTC, or to the machine's own zone."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            (node.func.attr == "astimezone" and _texts(node.args) in ([], ["UTC"]))
            or (node.func.attr == "timestamp" and ast.unparse(node.func.value) != "clock.now()")
            or node.func.attr in {"localize", "mktime"}
        )
        for node in ast.walk(tree)
    )


def _texts(arguments: list[ast.expr]) -> list[str]:
    return [ast.unparse(argument) for argument in arguments]


def _files() -> Iterator[tuple[str, ast.Module]]:
    for path in sources.python_files():
        yield path.as_posix(), sources.tree(path)


def test_only_the_reader_of_other_calendars_sets_a_zone() -> None:
    assert {path for path, tree in _files() if sets_a_zone(tree)} == {FILES_OF_OTHERS}


def test_only_instants_with_an_offset_are_converted_to_utc() -> None:
    assert {path for path, tree in _files() if converts_to_utc(tree)} == CONVERT_AWARE


@pytest.mark.parametrize(
    "code",
    [
        "start.replace(tzinfo=zone)",
        "datetime.combine(day, time(9), zone)",
        "datetime.combine(day, time(9), tzinfo=i18n.zone())",
        "datetime(2026, 12, 2, 9, 0, 0, 0, zone)",
    ],
)
def test_these_set_a_zone(code: str) -> None:
    assert sets_a_zone(ast.parse(code))


@pytest.mark.parametrize("code", ["start.astimezone(UTC)", "start.astimezone()", "tz.localize(d)"])
def test_these_convert(code: str) -> None:
    assert converts_to_utc(ast.parse(code))
