"""All that is wrong with a question at once, so that it need not be sent again for each. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from booking.errors import Invalid

T = TypeVar("T")


class WrongFields(Invalid):
    """Several values do not fit; the first speaks where only one sentence is heard."""

    def __init__(self, wrong: Sequence[Invalid]) -> None:
        super().__init__(wrong[0].sentence, wrong[0].field)
        self.wrong = tuple(wrong)


class ErrorCollector:
    """Calls what reads a field, keeps what it refuses, and tells it in the end."""

    def __init__(self) -> None:
        self._wrong: list[Invalid] = []

    def __call__(self, read: Callable[[], T]) -> T | None:
        """What was read; None where it was refused."""
        try:
            return read()
        except WrongFields as error:
            self._wrong += error.wrong
        except Invalid as error:
            self._wrong.append(error)
        return None

    def finish(self) -> None:
        """Raise `WrongFields` (422) if anything was refused."""
        if self._wrong:
            raise WrongFields(self._wrong)
