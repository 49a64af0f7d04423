"""Which regions and fields are the rows and columns of a table, and where a value belongs. Pure.

A table has one level: the regions right below the chosen one, or the sub-fields of the chosen
field. A row also takes what lies deeper; the chosen one has a row for what lies in no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from booking.accounts.engine.roles import within

Key = TypeVar("Key")
Value = TypeVar("Value")

NO_FIELD = 0
"""The key of lectures whose topic has no field, or is gone."""


def region_rows(codes: Sequence[str], chosen: str = "") -> list[str]:
    """The codes of the rows, in order. `codes` are those within the scope, in pre-order.

    With a chosen region: it and those right below it. Otherwise the highest of the scope, or,
    where there is only one, that one and those right below it.
    """
    inside = [code for code in codes if not chosen or within(code, chosen)]
    above = {code: _above(code, inside) for code in inside}
    tops = [code for code in inside if above[code] is None]
    if len(tops) != 1:
        return tops
    return [tops[0], *(code for code in inside if above[code] == tops[0])]


def _above(code: str, codes: Sequence[str]) -> str | None:
    """The nearest of the other regions under which this one lies."""
    holding = [one for one in codes if one != code and within(code, one)]
    return max(holding, key=lambda one: len(one.rstrip("0")), default=None)


def row_of(code: str, rows: Sequence[str]) -> str | None:
    """The row in which a region lies; None: in none of them."""
    holding = [row for row in rows if within(code, row)]
    return max(holding, key=lambda one: len(one.rstrip("0")), default=None)


@dataclass(frozen=True, slots=True)
class FieldNode:
    """A field with its sub-fields, by ids."""

    id: int
    code: str
    below: tuple[tuple[int, str], ...] = ()
    """Id and code of each sub-field."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The fields that are columns, and the column of each field id."""

    ids: tuple[int, ...]
    column_of: Mapping[int, int]
    """Empty of ids that are not chosen."""

    def find(self, field_id: int | None) -> int | None:
        """The column of a value's field; `NO_FIELD` is a column of its own where nothing is
        chosen."""
        return self.column_of.get(field_id or NO_FIELD)


def field_columns(tree: Sequence[FieldNode], chosen: str = "") -> Columns:
    """All top fields and `NO_FIELD`; or the chosen field, and its sub-fields if it is a top one."""
    if not chosen:
        ids = tuple(node.id for node in tree)
        found = {one: node.id for node in tree for one in (node.id, *_ids(node))}
        return Columns((*ids, NO_FIELD), found | {NO_FIELD: NO_FIELD})
    for node in tree:
        if node.code == chosen:
            ids = (node.id, *_ids(node))
            return Columns(ids, {one: one for one in ids})
        for field_id, code in node.below:
            if code == chosen:
                return Columns((field_id,), {field_id: field_id})
    return Columns((), {})


def _ids(node: FieldNode) -> tuple[int, ...]:
    return tuple(field_id for field_id, _code in node.below)


def grouped(
    values: Mapping[Key, Value],
    place: Callable[[Key], Key | None],
    add: Callable[[Value, Value], Value],
) -> dict[Key, Value]:
    """Values by the key of their place; what has none is left out."""
    found: dict[Key, Value] = {}
    for key, value in values.items():
        where = place(key)
        if where is not None:
            found[where] = add(found[where], value) if where in found else value
    return found
