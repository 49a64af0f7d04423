"""Light and dark are the same colours whether the system or the reader chose, without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests import factories
from tests.chromium.conftest import Province
from tests.chromium.visitors import Scheme, Visitors, follow

COLOURS = """
() => [...document.querySelectorAll("html, body, body *:not(.themes, .themes *)")].map((one) => {
  const style = getComputedStyle(one);
  const names = ["color", "backgroundColor", "backgroundImage", "borderTopColor", "boxShadow",
    "accentColor", "colorScheme"];
  return `${one.localName}.${one.className}: ${names.map((name) => style[name]).join(" ")}`;
})
"""
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
PAPER: dict[Scheme, str] = {"light": "rgb(251, 251, 249)", "dark": "rgb(19, 23, 22)"}
SWITCHES: list[tuple[str, Scheme]] = [("深色", "dark"), ("浅色", "light")]


def _colours(page: Page) -> list[str]:
    found: list[str] = page.evaluate(COLOURS)
    return found


@pytest.mark.parametrize(
    ("who", "path"),
    [
        (None, "/match?q=急救&minutes=4&to=2000-01-01"),
        (factories.CHEN, "/instructors/{chen}/availability"),
        (factories.WANG, "/register/import"),
    ],
)
def test_a_choice_looks_as_the_system_does(
    who: str | None, path: str, province: Province, visitors: Visitors
) -> None:
    """Also Bootstrap's colours, which follow the attribute only; and paper is always light."""
    address = path.format(chen=province.cast.chen.id)
    seen: dict[str, list[str]] = {}
    with visitors.window(who, language="en", width=1280) as (page, watch):
        page.emulate_media(reduced_motion="reduce")  # Bootstrap's transitions take time otherwise.
        for choice in ("system", "light", "dark"):
            page.goto(f"/theme/{choice}?next={address.partition('?')[0]}")
            page.goto(address)
            for scheme in PAPER:
                page.emulate_media(color_scheme=scheme, media="screen")
                seen[f"{choice} {scheme}"] = _colours(page)
                page.emulate_media(color_scheme=scheme, media="print")
                seen[f"{choice} {scheme} print"] = _colours(page)
        assert watch.take() == []
    assert seen["system light"] != seen["system dark"]
    for scheme in PAPER:
        assert seen[f"light {scheme}"] == seen["system light"]
        assert seen[f"dark {scheme}"] == seen["system dark"]
        for choice in ("system", "light", "dark"):
            assert seen[f"{choice} {scheme} print"] == seen["system light print"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_switch_works_without_scripts(
    scheme: Scheme, province: Province, visitors: Visitors
) -> None:
    with visitors.window(
        None, language="zh_Hans_CN", width=360, javascript=False, scheme=scheme
    ) as (page, watch):
        page.goto("/instructors")
        assert page.evaluate(BACKGROUND) == PAPER[scheme]
        for words, expected in [*SWITCHES, ("跟随系统", scheme)]:
            follow(page, f".themes a:text-is('{words}')")
            assert page.evaluate(BACKGROUND) == PAPER[expected]
            assert page.locator(".themes [aria-current]").inner_text() == words
        assert watch.take() == []
