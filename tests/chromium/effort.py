"""Counts what a booking takes: pages, taps, filled fields, keys and bytes."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import CDPSession, Page

SETTLED = "document.readyState === 'complete'"


@dataclass(slots=True)
class Effort:
    """What somebody has done and waited for.

    A page is a document that the browser shows instead of the one before; a redirect on the way
    to it is none of its own. The page on which the booking begins is counted too. What a script
    fetches into the page is no page, but its bytes are counted.
    """

    pages: int = 0
    taps: int = 0
    fields: int = 0
    """Fields filled or chosen."""
    typed_twice: int = 0
    """Fields to which a value had to be given that had been given to it before."""
    keys: int = 0
    """Keys pressed, without those of the text."""
    bytes: int = 0
    """Bytes over the wire to the browser, with headers, as Chromium counts them."""
    _given: set[tuple[str, str]] = field(default_factory=set, repr=False)

    @property
    def interactions(self) -> int:
        """Taps and filled fields."""
        return self.taps + self.fields

    def __str__(self) -> str:
        return (
            f"pages {self.pages}, interactions {self.interactions} (taps {self.taps}, fields "
            f"{self.fields}), typed twice {self.typed_twice}, keys {self.keys}, bytes {self.bytes}"
        )

    def give(self, name: str, value: str) -> None:
        """Count a field that is filled with a value."""
        self.fields += 1
        self.typed_twice += (name, value) in self._given
        self._given.add((name, value))


class Booker:
    """Somebody who books by touch in a window, and is counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.effort = Effort()
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._cdp.send("Network.enable")
        self._cdp.on("Network.loadingFinished", self._loaded)
        page.on("domcontentloaded", lambda _page: self._shown())

    def _loaded(self, event: dict[str, float]) -> None:
        self.effort.bytes += int(event["encodedDataLength"])

    def _shown(self) -> None:
        self.effort.pages += 1

    def open(self, path: str) -> None:
        """Open the page on which the booking begins."""
        self.page.goto(path)
        self.page.wait_for_function(SETTLED)

    def needs(self, selector: str, value: str) -> None:
        """Have a value in a field: fill it where it has another."""
        one = self.page.locator(selector)
        if one.input_value() == value:
            return
        self.effort.give(one.get_attribute("name") or "", value)
        if one.evaluate("one => one.localName") == "select":
            one.select_option(value)
        else:
            one.fill(value)

    def tap(self, selector: str) -> None:
        """Tap what stays on the page."""
        self.effort.taps += 1
        self.page.tap(selector)

    def go(self, selector: str) -> None:
        """Tap what leads to another page."""
        self.effort.taps += 1
        with self.page.expect_navigation(wait_until="load"):
            self.page.tap(selector)


class Typist(Booker):
    """Somebody who books with the keyboard alone: Tab, Enter, arrows and text."""

    def press(self, key: str) -> None:
        """Press a key that is no text."""
        self.effort.keys += 1
        self.page.keyboard.press(key)

    def reach(self, selector: str, most: int = 40) -> None:
        """Press Tab until an element has the focus."""
        for _again in range(most):
            self.press("Tab")
            if self.page.evaluate("chosen => document.activeElement.matches(chosen)", selector):
                return
        raise AssertionError(f"{most} times Tab do not reach {selector} on {self.page.url}")

    def enter(self) -> None:
        """Press Enter where it leads to another page."""
        with self.page.expect_navigation(wait_until="load"):
            self.press("Enter")

    def skip(self) -> None:
        """Go past the menu by the first link of the page."""
        self.press("Tab")
        self.press("Enter")
