"""The menu entry of what is kept is marked on the pages that it leads to."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.browser import Client
from tests.factories import ROOT, Cast

LINK = re.compile(r'<a href="/manage"( aria-current="(?:page|true)")?>')


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("/manage", ' aria-current="page"'),
        ("/organisations", ' aria-current="true"'),
        ("/manage/work", ' aria-current="true"'),
        ("/account", ""),
    ],
)
def test_the_menu_says_where_one_is(app: Flask, people: Cast, path: str, mark: str) -> None:
    page = Client(app).sign_in(ROOT).get(path).text
    # The first is that of the menu; crumbs have another.
    assert LINK.findall(page)[:1] == [mark]
