"""Where the links and forms of a page lead: to a route of the application, or to an id."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from tests.markup.page import Page

NOT_PAGES = ("mailto", "tel", "webcal", "data", "blob")
"""Schemes of links to other programs, and of data in the page."""


RouteKey = frozenset[tuple[str, frozenset[str]]]
"""The paths and methods of all routes of an application."""

_ANSWERS: dict[RouteKey, dict[tuple[str, str], str | None]] = {}
"""What was asked of applications with equal routes, by method and path."""


class Routes:
    """The routes of an application, which do not change after its first request."""

    def __init__(self, app: Flask) -> None:
        self._adapter = app.url_map.bind("localhost")
        self.key: RouteKey = frozenset(
            (rule.rule, frozenset(rule.methods or ())) for rule in app.url_map.iter_rules()
        )
        """Equal for applications with equal routes."""
        self._answers = _ANSWERS.setdefault(self.key, {})

    def problem(self, method: str, path: str) -> str | None:
        """What is wrong with a path that a page names, or None."""
        if (method, path) not in self._answers:
            self._answers[method, path] = self._problem(method, path)
        return self._answers[method, path]

    def _problem(self, method: str, path: str) -> str | None:
        try:
            self._adapter.match(unquote(path), method)
        except RequestRedirect as other:
            return f"is redirected to {other.new_url}"
        except MethodNotAllowed:
            return "is a route that does not allow it"
        except HTTPException:
            return "is no route"
        return None


@lru_cache(maxsize=20_000)
def _resolved(base: str, path: str) -> SplitResult:
    return urlsplit(urljoin(base, path))


def check(page: Page, routes: Routes, url: str, root: str = "") -> None:
    """Check the links and forms of the page at `url`; problems are recorded in the page.

    `root` is the path under which the application is mounted.
    """
    requests = [(position, "GET", link) for position, link in page.links] + page.submissions
    site = _resolved(url, "/").geturl()
    for position, method, target in requests:
        path, _, fragment = target.partition("#")
        if target.startswith("#"):
            if fragment not in page.ids and fragment != "top":
                page.say(position, f"link to {target!r}, which is not on the page")
        elif method != "DIALOG":
            # The same for all pages, unless it is relative: most answers are known.
            base = site if path.startswith("/") else url
            resolved = _resolved(base, path.partition("?")[0])
            problem = _problem(method, resolved, routes, site, root)
            if problem:
                page.say(position, problem)


def _problem(method: str, target: SplitResult, routes: Routes, site: str, root: str) -> str | None:
    if target.scheme in NOT_PAGES:
        return None
    if target.scheme not in ("http", "https"):
        return f"link to the scheme {target.scheme!r}"
    if target.netloc != urlsplit(site).netloc:
        return None
    if not target.path.startswith(root):
        return f"{method} {target.path} is not below the root"
    problem = routes.problem(method, target.path.removeprefix(root) or "/")
    return problem and f"{method} {target.path} {problem}"
