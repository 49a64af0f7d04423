"""Slow connections of each kind keep nobody waiting. EXTENT=whole opens 200."""

from __future__ import annotations

from tests.concurrency.pages import Figures, visit
from tests.concurrency.server import Web
from tests.concurrency.slow import KINDS, Attack
from tests.extent import WHOLE

COUNT = 200 if WHOLE else 50
VISITS = 200 if WHOLE else 25
MANY = tuple(f"127.0.0.{number}" for number in range(2, 12))
"""Addresses that are not those of the proxy, few enough connections from each to be kept."""
ONE = ("127.0.0.2",)
LONGEST_MS = 300.0
NOISE = 3.0
"""On a machine that is busy otherwise, pages may take so many times what they take in peace."""


def judge(name: str, calm: Figures, disturbed: Figures) -> None:
    """Print both, and refuse what is too slow."""
    print(f"\n{name:>16}  in peace {calm}\n{'':>16} disturbed {disturbed}")
    assert disturbed.p95 < max(LONGEST_MS, NOISE * calm.p95)


def test_slow_connections_from_many_addresses(shared_web: Web) -> None:
    web = shared_web
    visit(web.port, VISITS)
    for kind in KINDS:
        calm = visit(web.port, VISITS)
        with Attack(kind, web.port, COUNT, sources=MANY):
            judge(f"{COUNT} {kind}", calm, visit(web.port, VISITS))
    assert "Traceback" not in web.log


def test_slow_connections_from_the_address_of_the_visitor(shared_web: Web) -> None:
    """Beyond the bound of one address, those that are slow make room for those that come."""
    web = shared_web
    visit(web.port, VISITS)
    count = max(COUNT, 150)
    for kind in KINDS:
        calm = visit(web.port, VISITS)
        with Attack(kind, web.port, count, sources=ONE):
            judge(f"{count} {kind}", calm, visit(web.port, VISITS, source=ONE[0]))
    assert "Traceback" not in web.log
