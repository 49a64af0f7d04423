"""Helpers for feeds over HTTP."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask
from icalendar import Calendar
from icalendar.cal import Component
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking.calendars.feeds.models import Feed
from booking.db import db
from tests.browser import Client

_ADDRESS = re.compile(r'id="address" readonly value="http://localhost(/feed/([^"]+)\.ics)"')


def open_feed(browser: Client, view: str, owner: int | str, **more: str) -> str:
    """Create a feed through the page; returns its path."""
    return open_calendar(browser, f"{view}-{owner}", **more)


def open_calendar(browser: Client, calendar: str, **more: str) -> str:
    """Create a feed of the calendar that the form calls so; returns its path."""
    return shown_address(browser.post("/feeds/new", {"calendar": calendar, **more}))


def shown_address(page: TestResponse) -> str:
    """The path of the address that a page shows."""
    assert page.status_code == 200, page.text
    [(path, _token)] = _ADDRESS.findall(unescape(page.text))
    return str(path)


def feed_ids(app: Flask, user_id: int) -> list[int]:
    """The ids of a person's feeds in use, the oldest first."""
    with app.app_context():
        query = select(Feed.id).where(Feed.user_id == user_id, Feed.revoked_at.is_(None))
        return list(db.session().scalars(query.order_by(Feed.id)))


def events(client: Client, path: str) -> list[Component]:
    """The events at an address, in their order."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Calendar.from_ical(answer.data).walk("VEVENT")
