"""The data of an instructor's page: queries and engine as its view runs them, no template."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from unittest.mock import patch

from flask import Flask

from benchmarks.bulk.timing import between_calls
from benchmarks.checking import expect
from benchmarks.series import Series
from booking.directory import views

TIMES = 3


def measure(app: Flask, instructor_id: int, rounds: int) -> Series:
    """Milliseconds of what the view does up to its template, a list for each round."""
    found: dict[str, object] = {}

    def keep(_template: str, **values: object) -> str:
        found.update(values)
        return ""

    def call() -> None:
        # A context of its own each time, as each request has: nothing is remembered.
        with app.app_context(), app.test_request_context(f"/instructors/{instructor_id}"):
            app.view_functions["directory.instructor"](instructor_id=instructor_id)

    with patch.object(views, "render_template", keep):
        call()
        expect(bool(found["slots"]), "the page of W1 has no times")
        with between_calls() as look:
            return [[_time(call, look) for _ in range(TIMES)] for _ in range(rounds)]


def _time(call: Callable[[], None], look: Callable[[], None]) -> float:
    begun = perf_counter()
    call()
    took = (perf_counter() - begun) * 1000
    look()
    return took
