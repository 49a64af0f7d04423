"""Collect the errors of all fields, so that they are reported in one response. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

from booking.errors import Invalid

P = ParamSpec("P")
T = TypeVar("T")


class WrongFields(Invalid):
    """Several invalid fields; message and field of the first stand for all where one is shown."""

    def __init__(self, wrong: Sequence[Invalid]) -> None:
        super().__init__(wrong[0].sentence, wrong[0].field)
        self.wrong = tuple(wrong)


class ErrorCollector:
    """Calls a parser for each field, collects its `Invalid` errors, raises them in `finish`."""

    def __init__(self) -> None:
        self._wrong: list[Invalid] = []

    def __call__(self, read: Callable[P, T], *arguments: P.args, **keywords: P.kwargs) -> T | None:
        """The parsed value; None if the parser raised `Invalid`."""
        try:
            return read(*arguments, **keywords)
        except WrongFields as error:
            self._wrong += error.wrong
        except Invalid as error:
            self._wrong.append(error)
        return None

    def finish(self) -> None:
        """Raise `WrongFields` (422) if there were errors."""
        if self._wrong:
            raise WrongFields(self._wrong)
