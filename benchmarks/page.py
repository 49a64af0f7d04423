"""Measures the view of an instructor's page, with queries and engine, without its template."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from unittest.mock import patch

from flask import Flask

from benchmarks.bulk.timing import between_calls
from benchmarks.checking import expect
from benchmarks.series import Series
from booking.directory import views
from booking.lectures.request_form.month_page import MonthPage

TIMES = 3


def measure(app: Flask, instructor_id: int, rounds: int) -> Series:
    """Milliseconds of the view up to its template, a list for each round."""
    template_values: dict[str, object] = {}

    def capture(_template: str, **values: object) -> str:
        template_values.update(values)
        return ""

    def call() -> None:
        # A new application context per call, as for each request: nothing is cached in `g`.
        with app.app_context(), app.test_request_context(f"/instructors/{instructor_id}"):
            app.view_functions["directory.instructor"](instructor_id=instructor_id)

    with patch.object(views, "render_template", capture):
        call()
        times = template_values["times"]
        expect(isinstance(times, MonthPage) and bool(times.parts), "the page of W1 has no times")
        with between_calls() as collect_garbage:
            return [[_time(call, collect_garbage) for _ in range(TIMES)] for _ in range(rounds)]


def _time(call: Callable[[], None], collect_garbage: Callable[[], None]) -> float:
    begun = perf_counter()
    call()
    took = (perf_counter() - begun) * 1000
    collect_garbage()
    return took
