"""No table that names an organisation, a region or a field is forgotten by a merger."""

from __future__ import annotations

from flask import Flask

from booking.db import Base, references

TARGETS = ("organisation", "region", "field")

NOT_KEYS = {
    "hold.organisation_id",
    "hold.region_code",
    "feed_revision.owner_id",
    "rendered_event.owner_id",
}
"""Columns that name such rows without a foreign key."""

APPEND_ONLY = {"audit_entry.region_code", "search_miss.region_code"}
"""What was recorded stays as it was; counts of searches go by schedule."""


def declared(app: Flask, target: str) -> set[str]:
    with app.app_context():
        return {one.label for one in references.to(target)}


def foreign_keys(target: str) -> set[str]:
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == target
    }


def test_every_foreign_key_is_declared(app: Flask) -> None:
    """If this fails, name the column in the module `references` of its feature."""
    found = {target: declared(app, target) - NOT_KEYS for target in TARGETS}
    assert found == {target: foreign_keys(target) for target in TARGETS}


def test_every_column_that_looks_like_one_is_declared(app: Flask) -> None:
    names = ("organisation_id", "owner_id", "region_code", "field_id")
    alike = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name in names
    }
    every = set().union(*(declared(app, target) for target in TARGETS))
    assert alike - every == APPEND_ONLY


def test_no_column_is_declared_that_does_not_exist(app: Flask) -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
    }
    assert set().union(*(declared(app, target) for target in TARGETS)) - columns == set()
