"""Checks the HTML of responses; equal pages of equal applications are checked once."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse

from tests.markup import targets
from tests.markup.page import Page
from tests.markup.targets import Routes

_SECRET = re.compile(r'(?<=value=")I[\w-]{50,60}\.[\w-]{6}\.[\w-]{27}(?=")')
"""A CSRF token: it differs from page to page."""

_POSTED = re.compile(r'<form\b[^>]*\bmethod="post"', re.IGNORECASE)
_TOKEN = 'name="csrf_token"'

_SOUND: set[tuple[int, str, int]] = set()
"""Hashes of routes, URLs and sources of the pages without problems."""


def problems_of(response: TestResponse, routes: Routes) -> list[str]:
    """The problems of a response of the application with `routes`; none if it is not HTML.

    Redirects are left out: their bodies are the library's, and no browser displays them.
    """
    if response.mimetype != "text/html" or 300 <= response.status_code < 400:
        return []
    source = _SECRET.sub("", response.get_data(as_text=True))
    if not source:  # As in the response to HEAD.
        return []
    url = response.request.base_url
    key = (hash(routes.key), url, hash(source))
    if key in _SOUND:
        return []
    page = Page(source)
    targets.check(page, routes, url, response.request.script_root)
    problems = page.problems
    if len(_POSTED.findall(source)) > source.count(_TOKEN):
        problems.append("a form that is sent by POST has no CSRF token")
    if not problems:
        _SOUND.add(key)
    return problems
