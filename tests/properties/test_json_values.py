"""What is written as JSON is read as the same value, and nothing of another shape is read."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking import json_values
from booking.availability.editor.engine.stored_parts import (
    StoredOverrides,
    StoredTimetable,
    StoredTimetables,
    StoredWeek,
)
from booking.availability.engine.hours import HolidayPolicy, MakeupRule, OverrideKind
from booking.availability.engine.limits import Caps
from booking.availability.engine.offers import BookingRules
from booking.availability.engine.rules import RuleSet
from booking.json_values import Unreadable
from booking.lectures.engine.events import (
    OUTBOX_KINDS,
    Appointment,
    LectureEvent,
    ProposedChange,
)
from booking.register.child_program import Refusal
from booking.register.engine.reports import Report
from booking.register.engine.roster import Roster

instants = st.datetimes(timezones=st.just(UTC))
minutes = st.integers(0, 1440)
blocks = st.tuples(st.integers(0, 6), minutes, minutes)
weeks = st.lists(blocks, max_size=3).map(tuple)
appointments = st.builds(Appointment, starts_at=instants, ends_at=instants)
proposed = st.builds(
    ProposedChange,
    options=st.lists(appointments, max_size=2).map(tuple),
    reply_due_at=instants,
)
events = st.builds(
    LectureEvent,
    before=st.none() | appointments,
    proposal=st.none() | proposed,
    at=instants,
    starts_at=instants,
    ends_at=instants,
    reply_due_at=instants,
    created_at=instants,
)
timetables = st.builds(StoredTimetable, weeks=st.just(1), week_of=st.none(), blocks=weeks) | (
    st.builds(StoredTimetable, weeks=st.just(2), week_of=st.dates(), blocks=weeks)
)
overrides = st.tuples(
    st.sampled_from(OverrideKind), st.dates(), st.dates(), minutes, minutes, st.text(max_size=9)
)
others = [rule for rule in MakeupRule if rule is not MakeupRule.WEEKDAY]
holidays = st.builds(
    HolidayPolicy, makeup=st.sampled_from(others), makeup_weekday=st.none()
) | st.builds(HolidayPolicy, makeup=st.just(MakeupRule.WEEKDAY), makeup_weekday=st.integers(0, 6))
rules = st.builds(RuleSet, booking=st.builds(BookingRules), holidays=holidays, caps=st.builds(Caps))
TYPES: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "event": (LectureEvent, events),
    "draft": (Roster, st.builds(Roster)),
    "refusal": (Refusal, st.builds(Refusal)),
    "report": (Report, st.builds(Report)),
    "week": (StoredWeek, weeks),
    "timetables": (StoredTimetables, st.lists(timetables, max_size=3).map(tuple)),
    "overrides": (StoredOverrides, st.lists(overrides, max_size=3).map(tuple)),
    "rules": (RuleSet, rules),
}
any_value = st.sampled_from(list(TYPES.values())).flatmap(
    lambda pair: st.tuples(st.just(pair[0]), pair[1])
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.fixed_dictionaries({"?": inner}),
    max_leaves=4,
)


def as_json(value: object) -> Any:
    """The values as they come back from a JSON column."""
    return json.loads(json.dumps(json_values.write(value)))


def _types(value: Any) -> Any:
    """The types of a value and of all within."""
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        return type(value), {name: _types(getattr(value, name)) for name in names}
    return type(value), [_types(one) for one in value] if isinstance(value, tuple) else None


@pytest.mark.parametrize("name", TYPES)
def test_what_is_written_is_read(name: str) -> None:
    kind, strategy = TYPES[name]

    @settings(max_examples=40, deadline=None)
    @given(strategy)
    def read_back(value: Any) -> None:
        read = json_values.read(as_json(value), kind)
        assert read == value
        # Equality is not enough: an enum of texts is equal to its text.
        assert _types(read) == _types(value)

    read_back()


@settings(max_examples=60, deadline=None)
@given(any_value, st.data())
def test_another_value_in_any_place_is_refused_or_read_as_it_is(
    pair: tuple[Any, Any], data: st.DataObject
) -> None:
    """Nothing is coerced: what is accepted is written as it was read."""
    kind, value = pair
    values = as_json(value)
    places = list(_places(values))
    if not places:
        return
    container, key = data.draw(st.sampled_from(places))
    container[key] = data.draw(plain)
    before = json.dumps(values, sort_keys=True)
    try:
        read = json_values.read(values, kind)
    except Unreadable:
        return
    assert json.dumps(as_json(read), sort_keys=True) == before


def _places(values: Any) -> Any:
    """Each container within, with each of its keys."""
    keys = values if isinstance(values, dict) else range(len(values))
    for key in keys:
        yield values, key
        if isinstance(values[key], dict | list):
            yield from _places(values[key])


@settings(max_examples=60, deadline=None)
@given(any_value, st.text(max_size=5), plain, st.data())
def test_a_field_more_is_refused(
    pair: tuple[Any, Any], name: str, extra: object, data: st.DataObject
) -> None:
    kind, value = pair
    values = as_json(value)
    objects = [one for one in _objects(values) if one]
    if not objects:
        return
    chosen = data.draw(st.sampled_from(objects))
    chosen[f"{name} "] = extra
    with pytest.raises(Unreadable):
        json_values.read(values, kind)


def _objects(values: Any) -> Any:
    if isinstance(values, dict):
        yield values
        values = list(values.values())
    if isinstance(values, list):
        for one in values:
            yield from _objects(one)


@pytest.mark.parametrize("kind", OUTBOX_KINDS.values())
@settings(max_examples=10, deadline=None)
@given(event=events)
def test_events_come_back_from_the_outbox(kind: Any, event: LectureEvent) -> None:
    assert kind.read(json.loads(json.dumps(kind.write(event))), version=kind.version) == event


def test_a_field_less_is_refused() -> None:
    values = as_json(Roster("师资", 1, (), (), (), ()))
    for name in values:
        with pytest.raises(Unreadable, match=rf"^KeyError @ \$\.{name}$"):
            json_values.read({key: values[key] for key in values if key != name}, Roster)


WRONG: list[tuple[Any, Any]] = [
    (StoredWeek, "abc"),
    (StoredWeek, {"a": 1}),
    (StoredWeek, [[1, 2]]),
    (StoredWeek, [[1, 2, 3, 4]]),
    (StoredWeek, [[1, 2, 3.0]]),
    (StoredWeek, [[1, 2, True]]),
    (tuple[str, ...], "abc"),
    (tuple[str, ...], ["a", 1]),
    (tuple[date, ...], [20261123]),
    (RuleSet, None),
    (RuleSet, []),
    (Refusal, {"refused": "busy", "columns": {}}),
    (Refusal, {"refused": "whatever", "columns": []}),
]


@pytest.mark.parametrize(("kind", "values"), WRONG, ids=str)
def test_values_of_another_shape_are_refused(kind: Any, values: object) -> None:
    with pytest.raises(Unreadable):
        json_values.read(values, kind)


def test_a_refusal_names_the_place_and_quotes_nothing() -> None:
    values = as_json(Roster("师资", 1, (), (), (), ())) | {"header_row": "12000001000", "x": 1}
    with pytest.raises(Unreadable) as refused:
        json_values.read(values, Roster)
    assert str(refused.value) == "TypeError @ $.header_row; ForbiddenExtraKeysError @ $"
    assert (refused.value.__cause__, refused.value.__suppress_context__) == (None, True)
