"""A branch's own list: what takes place stands apart from what does not."""

from __future__ import annotations

import re

from flask import Flask

from booking.db import unit_of_work
from booking.lectures.engine.states import Command, Party
from tests import factories
from tests.browser import Client
from tests.factories import CHEN, LI, Cast, at

_ROW = re.compile(r'class="lecture-link" href="/lectures/([^"]+)"')


def _sections(page: str) -> dict[str, list[str]]:
    """The numbers of lectures under each heading."""
    parts = re.split(r"<h2>(.*?)</h2>", page)
    return {
        heading: _ROW.findall(part) for heading, part in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_what_was_dropped_stands_apart(app: Flask, people: Cast) -> None:
    live = factories.confirmed(app, people, at(3, 9))
    waits = factories.requested(app, people, at(4, 9))
    dropped = [factories.requested(app, people, at(day, 14)) for day in (3, 4)]
    dropped.append(factories.confirmed(app, people, at(7, 14)))
    moves = (
        (Command.WITHDRAW, Party.BRANCH),
        (Command.DECLINE, Party.INSTRUCTOR),
        (Command.CANCEL, Party.BRANCH),
    )
    with app.app_context(), unit_of_work() as session:
        for number, (command, party) in zip(dropped, moves, strict=True):
            factories.move(session, number, command, party)

    mine = Client(app).language("en").sign_in(LI).get("/lectures").text
    inbox = Client(app).language("en").sign_in(CHEN).get("/inbox").text

    assert _sections(mine) == {"Coming": [live, waits], "Cancelled or withdrawn": dropped}
    assert _sections(inbox)["Coming lectures"] == [live]


def test_hours_do_not_break(app: Flask, people: Cast) -> None:
    factories.requested(app, people, at(3, 9))
    browser = Client(app).sign_in(LI)

    assert '2026年11月26日（周四）<span class="hours">上午9:00—11:00</span>' in (
        browser.get("/lectures").text
    )
    assert 'Thu 26 Nov 2026, <span class="hours">09:00–11:00</span>' in (
        browser.language("en").get("/lectures").text
    )


def test_an_answer_is_due_at_an_hour_of_no_part_of_the_day(app: Flask, people: Cast) -> None:
    number = factories.requested(app, people, at(8, 9))

    page = Client(app).sign_in(LI).get(f"/lectures/{number}").text

    assert "2026年11月26日（周四）18:00" in page
    assert "晚上" not in page
