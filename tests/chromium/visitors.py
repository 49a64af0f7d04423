"""Browser windows by user, language, width, and with or without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, StorageState

from tests import factories

HEIGHTS = {360: 740, 1280: 800}
WIDTHS = (360, 1280)
Scheme = Literal["light", "dark"]


class Watch:
    """Records problems of a window: errors, failed requests, requests to other hosts."""

    def __init__(self, base_url: str) -> None:
        self._host = urlsplit(base_url).netloc
        self._troubles: list[str] = []

    def attach(self, page: Page) -> None:
        """Attach listeners to a window."""
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("pageerror", lambda error: self._troubles.append(f"script: {error}"))
        page.on("request", self._request)
        page.on("response", self._answered)
        page.on("requestfailed", self._failed)

    def _console(self, kind: str, text: str) -> None:
        # Chromium also logs the status of refused pages here; `_answered` handles those.
        if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
            self._troubles.append(f"console {kind}: {text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != self._host:
            self._troubles.append(f"request to another host: {request.url}")

    def _answered(self, response: Response) -> None:
        # A page itself may have an error status; its subresources must not.
        page_itself = response.request.is_navigation_request() and response.status < 500
        if response.status >= 400 and not page_itself:
            self._troubles.append(f"status {response.status}: {response.url}")

    def _failed(self, request: Request) -> None:
        # A download aborts the navigation that started it; that is no failure.
        if request.failure != "net::ERR_ABORTED":
            self._troubles.append(f"failed: {request.url} {request.failure}")

    def take(self) -> list[str]:
        """The problems since the previous call."""
        troubles, self._troubles = self._troubles, []
        return troubles


class Visitors:
    """Opens windows; signs in each user once and reuses the cookies."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self._browser = browser
        self.base_url = base_url
        self._cookies: dict[tuple[str | None, str], StorageState] = {}
        self._open: dict[tuple[str | None, str, Scheme], tuple[Page, Watch]] = {}

    def reading_window(
        self, email: str | None, *, language: str, scheme: Scheme = "light"
    ) -> tuple[Page, Watch]:
        """A window that stays open for all tests that only read pages, without problems yet.

        Opening a window and filling its cache takes longer than to show one page more in it.
        """
        key = (email, language, scheme)
        if key not in self._open:
            cookies = self._signed_in(email, language)
            context = self._new_context(WIDTHS[0], True, cookies, scheme)
            watch = Watch(self.base_url)
            page = context.new_page()
            watch.attach(page)
            self._open[key] = page, watch
        page, watch = self._open[key]
        watch.take()
        return page, watch

    @contextmanager
    def window(
        self,
        email: str | None,
        *,
        language: str,
        width: int,
        javascript: bool = True,
        scheme: Scheme = "light",
    ) -> Iterator[tuple[Page, Watch]]:
        """A window of a user (None: anonymous), closed at the end."""
        cookies = self._signed_in(email, language)
        with self._context(width, javascript, cookies, scheme) as context:
            watch = Watch(self.base_url)
            page = context.new_page()
            watch.attach(page)
            yield page, watch

    def _signed_in(self, email: str | None, language: str) -> StorageState:
        key = (email, language)
        if key not in self._cookies:
            with self._context(1280, True, None) as context:
                page = context.new_page()
                page.goto(f"/language/{language}")
                if email is not None:
                    page.goto("/login")
                    sign_in(page, email)
                self._cookies[key] = context.storage_state()
        return self._cookies[key]

    @contextmanager
    def _context(
        self,
        width: int,
        javascript: bool,
        cookies: StorageState | None,
        scheme: Scheme = "light",
    ) -> Iterator[BrowserContext]:
        context = self._new_context(width, javascript, cookies, scheme)
        try:
            yield context
        finally:
            context.close()

    def _new_context(
        self, width: int, javascript: bool, cookies: StorageState | None, scheme: Scheme
    ) -> BrowserContext:
        context = self._browser.new_context(
            base_url=self.base_url,
            viewport={"width": width, "height": HEIGHTS[width]},
            java_script_enabled=javascript,
            storage_state=cookies,
            has_touch=width < 768,
            color_scheme=scheme,
        )
        context.set_default_timeout(10_000)
        # Two cores run two test processes, a server, a worker and a browser: a page may wait.
        context.set_default_navigation_timeout(45_000)
        return context


def follow(page: Page, selector: str) -> Response:
    """Click an element that navigates, and wait for the new page; returns its response.

    A click alone returns before a slow server has responded, so later checks would see the
    previous page.
    """
    with page.expect_navigation() as answer:
        page.click(selector)
    return answer.value


def sign_in(page: Page, email: str, password: str = factories.PASSWORD) -> None:
    """Fill in and submit the sign-in form of the window."""
    page.fill("#email", email)
    page.fill("#password", password)
    follow(page, "main form button[name=submit]")
