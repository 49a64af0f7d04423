"""A kind of event: its name, the type of its payload, and the steps from older versions. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from booking import json_values

P = TypeVar("P")

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the stored values of one version into those of the next."""


@dataclass(frozen=True, slots=True)
class OutboxKind(Generic[P]):
    """A kind of event, declared beside its payload, a dataclass.

    `upgrades[0]` leads from version 1 to 2, and so on. Whoever changes the payload adds a step, and
    keeps payloads of the version before as files for the tests.
    """

    name: str
    payload: type[P]
    upgrades: tuple[Upgrade, ...] = ()

    @property
    def version(self) -> int:
        """The version in which payloads are written now, from 1."""
        return len(self.upgrades) + 1

    def write(self, payload: P) -> dict[str, Any]:
        """A payload as JSON-serialisable values of the present version."""
        values: dict[str, Any] = json_values.write(payload)
        return values

    def read(self, values: dict[str, Any], *, version: int) -> P:
        """The payload that was stored in a version from 1 to the present one.

        Raises `json_values.Unreadable`.
        """
        for upgrade in self.upgrades[version - 1 :]:
            values = upgrade(values)
        return json_values.read(values, self.payload)
