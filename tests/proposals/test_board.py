"""The coordinator's board shows the proposals that nobody else can answer."""

from __future__ import annotations

from flask import Flask

from booking.lectures.engine.states import Party
from tests import factories
from tests.browser import Client
from tests.factories import SUN, WANG, Cast, at
from tests.proposals import proposing


def asked(app: Flask, email: str, number: str) -> bool:
    """Whether the board of a coordinator asks for an answer about a lecture."""
    page = Client(app).sign_in(email).get("/board").text
    return f"/lectures/{number}/proposals/" in page


def test_a_change_that_is_reviewed_stands_on_the_board_of_the_branch_s_region(
    app: Flask, people: Cast
) -> None:
    number = factories.confirmed(app, people, at(10, 9), organisation_id=people.zhao.id)
    factories.reviewed(app, people.zhao.id)
    proposing.propose(app, number, [at(11, 9)], Party.INSTRUCTOR)

    assert (asked(app, SUN, number), asked(app, WANG, number)) == (True, False)


def test_where_both_sides_have_accounts_and_nothing_is_reviewed_nobody_else_is_asked(
    app: Flask, people: Cast
) -> None:
    number = factories.confirmed(app, people, at(10, 9), organisation_id=people.zhao.id)
    proposing.propose(app, number, [at(11, 9)])

    assert (asked(app, SUN, number), asked(app, WANG, number)) == (False, False)


def test_an_instructor_without_an_account_is_answered_for(app: Flask, people: Cast) -> None:
    other = proposing.another(app, region=factories.DISTRICT)
    number = factories.confirmed(app, people, at(10, 9))
    proposing.replace(app, number, other)

    assert (asked(app, WANG, number), asked(app, SUN, number)) == (True, False)
