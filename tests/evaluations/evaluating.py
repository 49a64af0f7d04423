"""Lectures that took place, and their evaluations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Flask

from booking.accounts.models import Organisation
from booking.db import unit_of_work
from booking.evaluations import service
from booking.evaluations.service import Answers
from booking.lectures.engine.states import Command, Party
from booking.lectures.queries import by_number
from booking.listener_links import service as links
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.queries import link_of
from tests import factories
from tests.factories import NOW, Cast

DAY = timedelta(days=1)
TIMES = [(3, 9), (3, 14), (4, 9), (4, 14), (7, 9), (7, 14), (8, 9), (8, 14), (9, 9), (9, 14)]
"""Days after `NOW` and hours at which Chen is free; the last is on 2 December 2026."""

ENDED = factories.at(3, 11)
"""When the first of these lectures ends."""


def answers(score: int = 4, *, again: bool = True, text: str = "", set_id: int = 1) -> Answers:
    """The same score for every dimension."""
    scores = dict.fromkeys(("content", "method", "usefulness"), score)
    return Answers(set_id, scores, again, text)


def deliver(app: Flask, number: str) -> None:
    """The lecture takes place."""
    with app.app_context(), unit_of_work() as session:
        later = by_number(session, number).ends_at + DAY
        factories.move(session, number, Command.DELIVER, Party.SYSTEM, now=later)


def delivered(app: Flask, people: Cast, count: int = 1) -> list[str]:
    """The numbers of lectures of Chen for Li's branch that took place, in the order of time."""
    with app.app_context(), unit_of_work() as session:
        branch = session.get_one(Organisation, people.li.id)
        branch.open_limit = branch.daily_limit = 100
    found = [factories.confirmed(app, people, factories.at(*time)) for time in TIMES[:count]]
    for number in found:
        deliver(app, number)
    return found


def evaluate(
    app: Flask, number: str, given: Answers | None = None, user_id: int | None = None
) -> None:
    """The branch evaluates a lecture the day after it."""
    with app.app_context(), unit_of_work() as session:
        now = by_number(session, number).ends_at + DAY
        service.give(session, number=number, answers=given or answers(), user_id=user_id, now=now)


def opened(app: Flask, number: str, now: datetime = NOW) -> str:
    """Open the link for listeners; returns the path of their page."""
    with app.app_context(), unit_of_work() as session:
        lecture = by_number(session, number)
        until = lecture.ends_at + timedelta(days=7)
        link = links.open_link(
            session, lecture.id, LinkPurpose.EVALUATION, closes_at=until, now=now
        )
        return f"/evaluate/{links.token_of(link)}"


def listen(app: Flask, number: str, given: Sequence[Answers]) -> None:
    """As many devices answer."""
    opened(app, number)
    with app.app_context(), unit_of_work() as session:
        lecture = by_number(session, number)
        link = link_of(session, lecture.id, LinkPurpose.EVALUATION)
        assert link is not None
        for place, one in enumerate(given):
            service.answer(
                session,
                link=link,
                device_key=f"{place:064x}",
                answers=one,
                now=lecture.ends_at,
            )
