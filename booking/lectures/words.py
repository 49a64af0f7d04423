"""Display texts of states, commands and controlled lists, for pages and mail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.availability.engine.offers import WhyNot
from booking.errors import Text
from booking.instructors.engine.vocabulary import Audience, Format
from booking.lectures.engine.lifecycle import Command, Party, State

STATES: dict[State, Text] = {
    State.REQUESTED: _("Waiting for an answer"),
    State.CONFIRMED: _("Confirmed"),
    State.DELIVERED: _("Delivered"),
    State.DECLINED: _("Declined"),
    State.WITHDRAWN: _("Withdrawn"),
    State.EXPIRED: _("Expired"),
    State.CANCELLED: _("Cancelled"),
}

CLOSED_REQUESTS: dict[State, Text] = {
    State.REQUESTED: _("The request has changed since this mail."),
    State.CONFIRMED: _("This request has been accepted."),
    State.DELIVERED: _("This request was accepted, and the lecture has taken place."),
    State.DECLINED: _("This request has been declined."),
    State.WITHDRAWN: _("The branch has withdrawn this request."),
    State.EXPIRED: _("Nobody answered this request in time, so it has expired."),
    State.CANCELLED: _("This lecture was accepted and has been cancelled since."),
}
"""Message on the page of an answer link, by state, when there is nothing left to answer."""

MARKS: dict[State, str] = {
    State.REQUESTED: "◔",
    State.CONFIRMED: "✓",
    State.DELIVERED: "●",
    State.DECLINED: "✕",
    State.WITHDRAWN: "↩",
    State.EXPIRED: "○",
    State.CANCELLED: "✕",
}
"""A symbol beside the state's text: colour alone is not accessible."""

COMMANDS: dict[Command, Text] = {
    Command.CONFIRM: _("Accept"),
    Command.DECLINE: _("Decline"),
    Command.WITHDRAW: _("Withdraw the request"),
    Command.CANCEL: _("Cancel the lecture"),
    Command.DELIVER: _("It has taken place"),
    Command.EXPIRE: _("Expire"),
}

TOLD: dict[Command, Text] = {
    Command.CONFIRM: _("Accepted. Both sides receive an invitation for their calendars."),
    Command.DECLINE: _("Declined. The branch is told and sees who else is free."),
    Command.WITHDRAW: _("The request has been withdrawn. The time is free again."),
    Command.CANCEL: _("The lecture is cancelled. Both sides are told by mail."),
}


def told(command: Command) -> Text:
    """What somebody is told who has just given a command."""
    return TOLD.get(command, _("Thank you, this is noted."))


def button(command: Command, who: frozenset[Party]) -> Text:
    """The words of a command's button, for these parties."""
    if command is Command.CONFIRM and Party.INSTRUCTOR not in who:
        return _("Accept for the instructor")
    return COMMANDS[command]


DONE: dict[Command | None, Text] = {
    None: _("requested"),
    Command.CONFIRM: _("accepted"),
    Command.DECLINE: _("declined"),
    Command.WITHDRAW: _("withdrew the request"),
    Command.CANCEL: _("cancelled"),
    Command.DELIVER: _("reported that it has taken place"),
    Command.EXPIRE: _("expired without an answer"),
}

ON_BEHALF: dict[Command | None, Text] = {
    Command.CONFIRM: _("accepted on behalf of the instructor"),
    Command.DECLINE: _("declined on behalf of the instructor"),
    Command.CANCEL: _("cancelled on behalf of the instructor"),
    Command.DELIVER: _("reported on behalf of the instructor that it has taken place"),
}
"""Texts that replace those of `DONE` for a coordinator."""


def done(command: Command | None, party: Party) -> Text:
    """The text of a history entry for a command by a party."""
    if party is Party.COORDINATOR and command in ON_BEHALF:
        return ON_BEHALF[command]
    return DONE[command]


PARTIES: dict[Party, Text] = {
    Party.BRANCH: _("Branch"),
    Party.INSTRUCTOR: _("Instructor"),
    Party.COORDINATOR: _("Coordinator"),
    Party.BRANCH_COORDINATOR: _("Coordinator"),
    Party.SYSTEM: _("System"),
}

FORMATS: dict[Format, Text] = {
    Format.LECTURE: _("Lecture"),
    Format.SEMINAR: _("Seminar"),
    Format.CASE: _("Case study"),
    Format.ON_SITE: _("On-site teaching"),
    Format.SIMULATION: _("Simulation"),
    Format.ONLINE: _("Online"),
}

AUDIENCES: dict[Audience, Text] = {
    Audience.CADRES: _("Cadres"),
    Audience.MEMBERS: _("Party members"),
    Audience.NEW_STAFF: _("New staff"),
    Audience.STUDENTS: _("Students"),
    Audience.VILLAGERS: _("Villagers"),
    Audience.COMMUNITY: _("Community residents"),
    Audience.ENTERPRISE: _("Enterprise employees"),
}

_PAST, _SHORT, _FULL, _CLOSED = _("past"), _("short"), _("full"), _("closed")

CLOSED_DAYS: dict[WhyNot, Text] = {
    WhyNot.PAST: _PAST,
    WhyNot.NOTICE: _("too soon"),
    WhyNot.HORIZON: _("not yet"),
    WhyNot.LENGTH: _SHORT,
    WhyNot.TAKEN: _FULL,
    WhyNot.BUFFER: _FULL,
    WhyNot.TRAVEL: _FULL,
    WhyNot.HOLIDAY: _("off"),
    WhyNot.CLOSED_DAY: _CLOSED,
    WhyNot.OUTSIDE_HOURS: _CLOSED,
    # As in the sentences: nothing tells that a private calendar is connected.
    WhyNot.EXTERNAL_BUSY: _CLOSED,
    WhyNot.OFF_GRID: _SHORT,
    WhyNot.OUTSIDE_TERM: _CLOSED,
    WhyNot.SUSPENDED: _CLOSED,
    WhyNot.TOPIC_NOT_VALID: _CLOSED,
    WhyNot.DAY_FULL: _FULL,
    WhyNot.WEEK_FULL: _FULL,
    WhyNot.MONTH_FULL: _FULL,
    WhyNot.YEAR_FULL: _FULL,
    WhyNot.BRANCH_QUARTER_FULL: _FULL,
}
"""The one word that a cell of the month has room for; the sentence is told when it is opened."""
SHORT_DAY = _SHORT
