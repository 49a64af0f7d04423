"""Opens all pages as every reader, sends the forms, and notes which tokens each answer has."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import Flask
from werkzeug.test import TestResponse

from tests.attacks import crawler
from tests.attacks.contents import text_of
from tests.attacks.html_forms import FormRequest, form_requests, links
from tests.browser import Client
from tests.extent import WHOLE
from tests.factories import CHEN, LI, ROOT, SUN, WANG, ZHAO, ZHOU
from tests.privacy.canary.tokens import Sighting, sightings

READERS = (None, LI, ZHAO, CHEN, ZHOU, WANG, SUN, ROOT)
"""Signed out; branch and another; instructor and another; coordinators of two cities; root."""

FOLLOWED = 30 if WHOLE else 1
"""Pages of one route from which a reader's links are followed."""

ASKED = 12 if WHOLE else 1
"""Addresses of one route that every reader asks for, of those that anybody was led to."""

SENT = 4 if WHOLE else 1
"""Forms of one route that a reader sends."""

HTML, JSON = "text/html", "application/json"
NEVER = ("/logout", "/language", "/theme")
FILLER = "补充说明"


@dataclass(slots=True)
class Crawl:
    """What was asked, and which tokens came back."""

    app: Flask
    seen: dict[tuple[str | None, str, str], set[Sighting]] = field(
        default_factory=lambda: defaultdict(set)
    )
    """Sightings by reader, method and path."""
    paths: dict[str, None] = field(default_factory=dict)
    """All paths that somebody was led to."""
    forms: dict[str | None, dict[FormRequest, None]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    asked: set[tuple[str | None, str | None, str]] = field(default_factory=set)
    """Reader, endpoint and method."""
    statuses: Counter[int] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    bytes: int = 0

    def look(self, email: str | None, response: TestResponse, path: str) -> str:
        """Note what an answer shows; returns its text."""
        method = str(response.request.method)
        content = text_of(response)
        self.statuses[response.status_code] += 1
        self.kinds[response.mimetype or ""] += 1
        self.bytes += len(response.data)
        self.asked.add((email, crawler.endpoint(self.app, path, method), method))
        found = sightings(f"{content}\n{response.headers}")
        if found:
            self.seen[email, method, path] |= found
        return content

    def get(self, client: Client, email: str | None, path: str, accept: str) -> TestResponse:
        """Open one page."""
        response = client.get(path, headers={"Accept": accept})
        assert response.status_code < 500, (email, path, response.status_code)
        return response

    def follow(self, client: Client, email: str | None, more: Iterable[str] = ()) -> None:
        """Follow links from all routes without arguments."""
        waiting = deque([*more, *_roots(self.app)])
        opened, done = Counter[str](), set[str]()
        while waiting:
            path = waiting.popleft()
            name = crawler.endpoint(self.app, path, "GET")
            bare = path.partition("?")[0]
            # Each format of an export is a page of its own.
            kind = f"{name} {path.partition('format=')[2][:4]}"
            most = opened[kind] >= FOLLOWED or opened[bare] >= crawler.VISITS_PER_PATH
            if path in done or most or _unwanted(name, bare):
                continue
            done.add(path)
            opened[kind] += 1
            opened[bare] += "format=" not in path
            response = self.get(client, email, path, HTML)
            content = self.look(email, response, path)
            self.paths.setdefault(path)
            if response.location:
                waiting.append(response.location.removeprefix("http://localhost"))
            if response.mimetype == HTML and response.status_code == 200:
                waiting.extend(links(content, path))
                self.forms[email].update(dict.fromkeys(form_requests(content, path, FILLER)))

    def spread(self, more: Iterable[str]) -> list[str]:
        """A few addresses of each route: those that somebody was led to first, then of `more`."""
        of_routes: dict[str | None, list[str]] = defaultdict(list)
        for path in [*self.paths, *more]:
            name = crawler.endpoint(self.app, path, "GET")
            if name is not None and not _unwanted(name, path.partition("?")[0]):
                of_routes[name].append(path)
        return [path for found in of_routes.values() for path in found[:: -(-len(found) // ASKED)]]

    def ask(self, client: Client, email: str | None, paths: Iterable[str]) -> None:
        """Ask for pages that others were led to, as JSON, and as HTML."""
        for path in paths:
            for accept in (HTML, JSON) if WHOLE else (JSON,):
                self.look(email, self.get(client, email, path, accept), path)

    def send_forms(self, client: Client, email: str | None) -> None:
        """Send the forms that a reader's pages have; the answers show what acts reveal."""
        sent = Counter[str | None]()
        for request in sorted(self.forms[email], key=_turn):
            name = crawler.endpoint(self.app, request.path, "POST")
            if sent[name] >= SENT or _unwanted(name, request.path) or _ends(request.path):
                continue
            sent[name] += 1
            response = crawler.send(client, request)
            assert response.status_code < 500, (email, request.path)
            self.look(email, response, request.path)


def _roots(app: Flask) -> list[str]:
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return sorted(rule.rule for rule in rules if not rule.arguments)


def _unwanted(name: str | None, path: str) -> bool:
    return name is None or name in crawler.LIBRARY_FILES or path.startswith(NEVER)


LAST = ("/merge", "/remove", "/end", "/cancel", "/withdraw", "/delete", "/revoke")
ENDS = (
    "/close", "/open", "/me/leave", "/login", "/change", "/suspend", "/sign-out", "/password",
    "/leave", "/deactivate", "/renew", "/stop",
)  # fmt: skip
"""Ends of paths after which somebody would be signed out, or a feed have another address."""


def _turn(request: FormRequest) -> tuple[bool, bool]:
    """Contacts are shown first; what others are about is removed last."""
    bare = request.path.partition("?")[0]
    return bare.endswith(LAST), not bare.endswith(("/contact", "/show", "/case"))


def _ends(path: str) -> bool:
    return path.partition("?")[0].endswith(ENDS)
