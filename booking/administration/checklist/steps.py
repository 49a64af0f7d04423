"""The steps of the checklist with the pages to which they lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g, url_for

from booking.accounts.guards import actor, may, permission_of
from booking.administration.checklist.queries import Counts, counts
from booking.db import db
from booking.sentences import N_, Sentence, plural


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to do, how far it is, and where it is done."""

    name: Sentence
    told: Sentence
    is_done: bool
    url: str | None


@dataclass(frozen=True, slots=True)
class Checklist:
    """The steps until the first lecture."""

    steps: Sequence[Step]
    is_running: bool
    """Whether a lecture was agreed: open steps are then shown folded."""

    @property
    def open_steps(self) -> int:
        """How many steps are still to be done."""
        return sum(not step.is_done for step in self.steps)


def checklist() -> Checklist | None:
    """Template helper: the steps, for those who keep a region; None once all are done."""
    if not may("manage.open"):
        return None
    if "checklist" not in g:
        found = counts(db.session(), actor())
        g.checklist = Checklist(steps(found), found.lectures > 0)
    listed: Checklist = g.checklist
    return listed if listed.open_steps else None


def steps(found: Counts) -> Sequence[Step]:
    """The six steps with their counts."""
    bookable = found.people - found.without_hours
    # Of no use before there are people.
    some = found.people > 0
    return (
        Step(
            N_("Regions"),
            plural("%(num)s region", "%(num)s regions", found.regions),
            found.regions > 0,
            _page("regions.overview"),
        ),
        Step(
            N_("Branches"),
            plural("%(num)s branch", "%(num)s branches", found.organisations),
            found.organisations > 0,
            _page("organisations.overview"),
        ),
        Step(
            N_("Register"),
            plural("%(num)s person", "%(num)s people", found.people),
            some,
            _page("entries.overview" if some else "register.upload"),
        ),
        Step(
            N_("Hours"),
            N_("%(done)s of %(all)s can be booked", done=bookable, all=found.people),
            some and not found.without_hours,
            _page("register.hours"),
        ),
        Step(
            N_("Invitations"),
            N_("%(done)s of %(all)s have an account", done=found.accounts, all=found.people),
            some and found.accounts == found.people,
            _page("members.invite_several"),
        ),
        Step(
            N_("First lecture"),
            plural("%(num)s lecture agreed", "%(num)s lectures agreed", found.lectures),
            found.lectures > 0,
            _page("lectures.board"),
        ),
    )


def _page(endpoint: str) -> str | None:
    """The address of a page, if the reader may open it."""
    permission = permission_of(endpoint)
    return url_for(endpoint) if permission is not None and may(permission) else None
