"""Converts dataclasses to JSON-serialisable values and back, strictly. Pure.

What is read may be input that is not our own, or was stored by another release: unknown fields,
missing ones without a default and values of a wrong type are refused; nothing is coerced.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

from cattrs import Converter, transform_error

T = TypeVar("T")
Hook = Callable[[Any, Any], Any]
TEXTS = tuple[str, ...]


class Unreadable(ValueError):
    """Raised when values do not have the shape of a type; names the fields, quotes no value."""


def write(value: object) -> Any:
    """A dataclass or a tuple as values that `json.dumps` takes; instants and days in ISO 8601."""
    return _converter(detailed=False).unstructure(value)


def read(values: object, kind: type[T]) -> T:
    """The inverse of `write` for a dataclass or tuple type; raises `Unreadable`."""
    try:
        return _converter(detailed=False).structure(values, kind)
    except Exception as error:  # Hooks of cattrs and `__post_init__` raise what they like.
        # Without the cause: its text may quote personal data.
        raise Unreadable(_places(values, kind) or type(error).__name__) from None


def _places(values: object, kind: type[T]) -> str:
    """Where the values differ from the type: read once more, by a slower converter."""
    try:
        _converter(detailed=True).structure(values, kind)
    except Exception as error:
        return "; ".join(transform_error(error, format_exception=_name))
    return ""


def _name(error: BaseException, _kind: type | None) -> str:
    return type(error).__name__


@cache
def _converter(*, detailed: bool) -> Converter:
    """The converter; `detailed` collects all errors with their places, and takes longer."""
    converter = Converter(forbid_extra_keys=True, detailed_validation=detailed)
    for kind in (str, int, bool, float):
        converter.register_structure_hook(kind, _exact(kind))
    converter.register_structure_hook(datetime, _read_instant)
    converter.register_structure_hook(date, _read_day)
    for day in (datetime, date):
        converter.register_unstructure_hook(day, day.isoformat)
    converter.register_structure_hook_factory(_is_tuple, _tuple_hook)
    # JSON has no tuples, and writing them one by one takes as long as parsing the file.
    converter.register_unstructure_hook_func(_is_texts, lambda texts: texts)
    return converter


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _is_texts(kind: Any) -> bool:
    return bool(kind == TEXTS)


def _exact(kind: type) -> Hook:
    """A hook that accepts values of exactly this type (True is no number), also for its enums."""

    def read_exact(value: Any, wanted: Any) -> Any:
        if type(value) is not kind:
            raise TypeError
        return value if wanted is kind else wanted(value)

    return read_exact


def _read_instant(value: Any, _kind: Any) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError
    return instant


def _read_day(value: Any, _kind: Any) -> date:
    return date.fromisoformat(value)


def _tuple_hook(kind: Any, converter: Converter) -> Hook:
    """A hook for tuples, which are lists in JSON; cattrs would take texts and dicts too."""
    if _is_texts(kind):
        return _read_texts
    items = get_args(kind)
    if items[-1] is Ellipsis:
        read_item = converter.get_structure_hook(items[0])
        return lambda values, _kind: tuple([read_item(one, items[0]) for one in _list(values)])
    hooks = [converter.get_structure_hook(item) for item in items]

    def read_items(values: Any, _kind: Any) -> tuple[Any, ...]:
        columns = zip(hooks, _list(values), items, strict=True)
        return tuple([hook(value, item) for hook, value, item in columns])

    return read_items


def _read_texts(values: Any, _kind: Any) -> tuple[str, ...]:
    if not set(map(type, _list(values))) <= {str}:
        raise TypeError
    return tuple(values)


def _list(values: Any) -> list[Any]:
    if type(values) is not list:
        raise TypeError
    return values
