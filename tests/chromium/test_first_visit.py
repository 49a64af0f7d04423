"""What a first visit loads, as Chromium counts it; the next page loads nothing of it again."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.chromium.conftest import Province
from tests.chromium.visitors import Visitors, follow

LOADED = """
() => performance.getEntriesByType("resource").map(({ name, transferSize, encodedBodySize }) =>
  [new URL(name).pathname, transferSize, encodedBodySize])
"""
LIMITS = {".css": 35_000, ".js": 20_000}


def _loaded(page: Page) -> dict[str, tuple[int, int]]:
    """For each style and script, the bytes that came over the wire now, and its encoded size."""
    found: list[tuple[str, int, int]] = page.evaluate(LOADED)
    return {path: (wire, size) for path, wire, size in found if path.endswith(tuple(LIMITS))}


def test_a_first_visit_is_small_and_the_next_page_loads_nothing_again(
    province: Province, visitors: Visitors
) -> None:
    with visitors.window(None, language="en", width=360) as (page, watch):
        page.goto("/instructors")
        first = _loaded(page)
        over_wire = {
            kind: sum(wire for path, (wire, _size) in first.items() if path.endswith(kind))
            for kind in LIMITS
        }
        assert all(0 < over_wire[kind] <= limit for kind, limit in LIMITS.items()), over_wire

        follow(page, f"a[href^='/instructors/{province.cast.chen.id}']")
        second = _loaded(page)
        page.goto("/theme/dark?next=/match")  # Another cookie, and the same files.
        third = _loaded(page)

        assert set(second) == set(first) == set(third)
        assert {wire for wire, _size in [*second.values(), *third.values()]} == {0}
        assert watch.take() == []
