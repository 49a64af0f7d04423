"""Display texts of states, commands and controlled lists, for pages and mail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.availability.engine.offers import WhyNot
from booking.errors import Text
from booking.instructors.engine.vocabulary import Audience, Format
from booking.lectures.engine.states import Command, Party, State

STATES: dict[State, Text] = {
    State.SUBMITTED: _("Waiting for review"),
    State.RETURNED: _("Returned for correction"),
    State.REJECTED: _("Not accepted"),
    State.REQUESTED: _("Waiting for an answer"),
    State.CONFIRMED: _("Confirmed"),
    State.DELIVERED: _("Delivered"),
    State.NOT_HELD: _("Did not take place"),
    State.DECLINED: _("Declined"),
    State.WITHDRAWN: _("Withdrawn"),
    State.EXPIRED: _("Expired"),
    State.CANCELLED: _("Cancelled"),
}

CLOSED_REQUESTS: dict[State, Text] = {
    State.SUBMITTED: _("The request has changed since this mail."),
    State.RETURNED: _("The request has changed since this mail."),
    State.REJECTED: _("The request has changed since this mail."),
    State.REQUESTED: _("The request has changed since this mail."),
    State.CONFIRMED: _("This request has been accepted."),
    State.DELIVERED: _("This request was accepted, and the lecture has taken place."),
    State.NOT_HELD: _("This request was accepted, but the lecture did not take place."),
    State.DECLINED: _("This request has been declined."),
    State.WITHDRAWN: _("The branch has withdrawn this request."),
    State.EXPIRED: _("Nobody answered this request in time, so it has expired."),
    State.CANCELLED: _("This lecture was accepted and has been cancelled since."),
}
"""Message on the page of an answer link, by state, when there is nothing left to answer."""

MARKS: dict[State, str] = {
    State.SUBMITTED: "◌",
    State.RETURNED: "↶",
    State.REJECTED: "✕",
    State.REQUESTED: "◔",
    State.CONFIRMED: "✓",
    State.DELIVERED: "●",
    State.NOT_HELD: "⊘",
    State.DECLINED: "✕",
    State.WITHDRAWN: "↩",
    State.EXPIRED: "○",
    State.CANCELLED: "✕",
}
"""A symbol beside the state's text: colour alone is not accessible."""

COMMANDS: dict[Command, Text] = {
    Command.APPROVE: _("Pass on to the instructor"),
    Command.RETURN: _("Return for correction"),
    Command.REJECT: _("Do not accept"),
    Command.RESUBMIT: _("Submit again"),
    Command.CONFIRM: _("Accept"),
    Command.DECLINE: _("Decline"),
    Command.WITHDRAW: _("Withdraw the request"),
    Command.CANCEL: _("Cancel the lecture"),
    Command.DELIVER: _("It has taken place"),
    Command.EXPIRE: _("Expire"),
    Command.NOT_HELD: _("It did not take place"),
    Command.RECORD: _("File the record"),
    Command.PROPOSE: _("Propose another time"),
    Command.AGREE: _("Agree"),
    Command.REFUSE: _("Refuse"),
    Command.RETRACT: _("Take the proposal back"),
    Command.LAPSE: _("Expire"),
    Command.MOVE: _("Agree"),
    Command.REPLACE: _("Agree"),
    Command.UNDO: _("Undo"),
}

TOLD: dict[Command, Text] = {
    Command.APPROVE: _("Passed on. The instructor is asked now."),
    Command.RETURN: _("Returned. The branch is told what to correct; its time stays reserved."),
    Command.REJECT: _("Not accepted. The branch is told the reason; the time is free again."),
    Command.RESUBMIT: _("Submitted again. A coordinator reviews the request."),
    Command.CONFIRM: _("Accepted. Both sides receive an invitation for their calendars."),
    Command.DECLINE: _("Declined. The branch is told and sees who else is free."),
    Command.WITHDRAW: _("The request has been withdrawn. The time is free again."),
    Command.CANCEL: _("The lecture is cancelled. Both sides are told by mail."),
    Command.RECORD: _("The record is filed. It can be corrected here."),
    Command.NOT_HELD: _("Noted that it did not take place. Both sides are told by mail."),
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
    Command.APPROVE: _("passed the request on to the instructor"),
    Command.RETURN: _("returned the request for correction"),
    Command.REJECT: _("did not accept the request"),
    Command.RESUBMIT: _("submitted the request again"),
    Command.CONFIRM: _("accepted"),
    Command.DECLINE: _("declined"),
    Command.WITHDRAW: _("withdrew the request"),
    Command.CANCEL: _("cancelled"),
    Command.DELIVER: _("reported that it has taken place"),
    Command.EXPIRE: _("expired without an answer"),
    Command.NOT_HELD: _("reported that it did not take place"),
    Command.RECORD: _("filed the record"),
    Command.PROPOSE: _("proposed a change"),
    Command.AGREE: _("agreed to the proposed change"),
    Command.REFUSE: _("refused the proposed change"),
    Command.RETRACT: _("took the proposed change back"),
    Command.LAPSE: _("The proposed change expired without an answer"),
    Command.MOVE: _("agreed; the lecture has another time or place"),
    Command.REPLACE: _("agreed; the lecture has another instructor"),
    Command.UNDO: _("took the last step back"),
}

ON_BEHALF: dict[Command | None, Text] = {
    Command.CONFIRM: _("accepted on behalf of the instructor"),
    Command.DECLINE: _("declined on behalf of the instructor"),
    Command.CANCEL: _("cancelled on behalf of the instructor"),
    Command.DELIVER: _("reported on behalf of the instructor that it has taken place"),
    Command.AGREE: _("agreed to the proposed change on behalf of the instructor"),
    Command.REFUSE: _("refused the proposed change on behalf of the instructor"),
}
"""Texts that replace those of `DONE` for a coordinator of the instructor's region."""

FOR_BRANCH: dict[Command | None, Text] = {
    None: _("requested on behalf of the branch"),
    Command.RESUBMIT: _("corrected the request on behalf of the branch"),
    Command.WITHDRAW: _("withdrew the request on behalf of the branch"),
    Command.CANCEL: _("cancelled on behalf of the branch"),
    Command.DELIVER: _("reported on behalf of the branch that it has taken place"),
}
"""Texts that replace those of `DONE` for a coordinator of the branch's region."""


def done(command: Command | None, party: Party) -> Text:
    """The text of a history entry for a command by a party."""
    if party is Party.COORDINATOR and command in ON_BEHALF:
        return ON_BEHALF[command]
    if party is Party.BRANCH_COORDINATOR and command in FOR_BRANCH:
        return FOR_BRANCH[command]
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
    WhyNot.EXTERNAL_UNKNOWN: _CLOSED,
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
