"""Crawls all pages that a user can reach, and submits given forms."""

from __future__ import annotations

import io
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import AnyConverter, IntegerConverter, Rule
from werkzeug.test import TestResponse

from tests.attacks.contents import text_of
from tests.attacks.html_forms import FormRequest, form_requests, links
from tests.browser import Client
from tests.register.rosters import roster
from tests.register.uploads import HEADERS
from tests.routes import converters

VISITS_PER_PATH = 2
"""Maximum requests per path with different query strings: weeks and pages are endless."""
LIBRARY_FILES = ("static", "security.static")
SIGN_OUT = ("/logout",)


@dataclass(slots=True)
class Visit:
    """The result of a crawl: the text of each page, and the requests of its forms."""

    pages: dict[str, str] = field(default_factory=dict)
    requests: dict[FormRequest, None] = field(default_factory=dict)


def crawl(app: Flask, client: Client, filler: str, more: Iterable[str] = (), *, most: int) -> Visit:
    """Follow links from all routes without arguments and from `more`; submits no form.

    Of each route at most so many pages are opened.
    """
    rules = [r for r in app.url_map.iter_rules() if not r.arguments and "GET" in (r.methods or ())]
    waiting = deque([*more, *sorted(rule.rule for rule in rules)])
    visit, opened, of_routes = Visit(), Counter[str](), Counter[str | None]()
    while waiting:
        path = waiting.popleft()
        bare = path.partition("?")[0]
        if path in visit.pages or opened[bare] >= VISITS_PER_PATH or _skipped(app, bare):
            continue
        route = endpoint(app, path, "GET")
        if of_routes[route] >= most:
            continue
        opened[bare] += 1
        of_routes[route] += 1
        response = client.get(path)
        assert response.status_code < 500, (path, response.status_code)
        visit.pages[path] = content = text_of(response)
        if response.location:
            waiting.append(response.location.removeprefix("http://localhost"))
        if response.mimetype == "text/html" and response.status_code == 200:
            waiting.extend(links(content, path))
            visit.requests.update(dict.fromkeys(form_requests(content, path, filler)))
    return visit


def _skipped(app: Flask, path: str) -> bool:
    return path in SIGN_OUT or endpoint(app, path, "GET") in (None, *LIBRARY_FILES)


def endpoint(app: Flask, path: str, method: str) -> str | None:
    """The endpoint of a path, or None."""
    try:
        found, _arguments = app.url_map.bind("localhost").match(path.partition("?")[0], method)
    except HTTPException:
        return None
    return str(found)


def send(client: Client, request: FormRequest) -> TestResponse:
    """Submit a form, with this session's CSRF token and small valid files."""
    data: dict[str, Any] = {}
    for name, value in request.fields:
        data.setdefault(name, []).append(value)
    for name in request.files:
        data[name] = _file(request.path)
    content_type = "multipart/form-data" if request.files else None
    return client.post(request.path, data, content_type=content_type)


def _file(path: str) -> tuple[io.BytesIO, str]:
    if "calendar" in path:
        text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
        return io.BytesIO(text.encode()), "calendar.ics"
    person = ("林森", "男", "栖云市第一中学（虚构）", "", "急救", "急救入门", "全市", "", "", "")
    return io.BytesIO(roster(HEADERS, [person], title="师资")), "register.xlsx"


def addresses(app: Flask, numbers: Iterable[int], texts: Iterable[str]) -> Iterator[str]:
    """The paths of all routes with arguments, filled with all ids, keys and names."""
    numbers, texts = sorted(set(numbers)), sorted(set(texts))
    for rule in app.url_map.iter_rules():
        if rule.arguments and rule.endpoint not in LIBRARY_FILES:
            yield from _fillings(rule, numbers, texts)


def _fillings(rule: Rule, numbers: list[int], texts: list[str]) -> Iterator[str]:
    names: list[str] = []
    choices: list[Sequence[int | str]] = []
    for name, converter in converters(rule).items():
        names.append(name)
        if isinstance(converter, AnyConverter):
            choices.append(sorted(converter.items))
        elif isinstance(converter, IntegerConverter):
            choices.append(numbers)
        else:
            choices.append(texts)
    for values in product(*choices):
        built = rule.build(dict(zip(names, values, strict=True)))
        if built is not None:
            yield built[1]
