"""How much of a long check `make test` runs: a representative part; `make audit` runs all of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

EXTENT = os.environ.get("EXTENT", "")
"""Empty in `make test`; continuous integration sets `cases`, the parts of `make audit` others."""

WHOLE = EXTENT == "whole"
"""Whether the long checks run at full length."""

CASES = bool(EXTENT)
"""Whether tests with many cases run all of them."""

DATABASES = EXTENT in ("whole", "databases")
"""Whether every test runs on each database that it can run on."""

PART = 8
"""`make test` runs one of so many cases."""

T = TypeVar("T")


def examples(number: int) -> int:
    """How many of `number` generated examples to try."""
    return number if WHOLE else min(number, max(20, number // PART))


def sample(cases: Sequence[T], *, part: int = PART, first: int = 0) -> list[T]:
    """Every `part`-th of the cases, beginning with the one at `first`."""
    return list(cases) if WHOLE else list(cases[first::part])
