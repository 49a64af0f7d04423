"""Fixtures for feeds over HTTP."""

from __future__ import annotations

import re
from html import unescape

from tests.browser import Client

_ADDRESS = re.compile(r'id="address" readonly value="http://localhost(/feed/([^"]+)\.ics)"')


def open_feed(browser: Client, view: str, owner: int | str, **more: str) -> str:
    """Create a feed through the page; returns its path."""
    page = browser.post("/feeds/new", {"calendar": f"{view}-{owner}", **more})
    assert page.status_code == 200, page.text
    [(path, _token)] = _ADDRESS.findall(unescape(page.text))
    return str(path)
