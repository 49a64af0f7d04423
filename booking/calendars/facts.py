"""The facts of a lecture's VEVENT for one side, in the language of its reader."""

from __future__ import annotations

from flask_babel import force_locale

from booking import i18n
from booking.calendars.engine.event_facts import event_facts
from booking.calendars.engine.ical import EventFacts, Status
from booking.calendars.words import wording
from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.states import Side
from booking.lectures.engine.transitions import PUBLISHED


def facts_of(
    event: LectureEvent,
    side: Side,
    *,
    language: str | None = None,
    cancelled: bool | None = None,
    tentative: bool = False,
    note: bool = True,
    page: bool = True,
) -> EventFacts:
    """The VEVENT facts of a lecture for one side.

    `language` is the reader's, by default the installation's first one. `cancelled` is decided by
    the lecture's state if it is not given; `tentative` is for a request that waits for its answer.
    `note` tells whether the branch's note is in it: branch, instructor and their coordinators may
    read it, named attendees may not. `page` tells whether the lecture's page is in it, which needs
    an account.
    """
    status = _status(event, cancelled=cancelled, tentative=tentative)
    with force_locale(language or i18n.languages()[0]):
        return event_facts(event, wording(event, side, status, note=note, page=page), status)


def _status(event: LectureEvent, *, cancelled: bool | None, tentative: bool) -> Status:
    if tentative:
        return "TENTATIVE"
    if cancelled is None:
        cancelled = event.state not in PUBLISHED
    return "CANCELLED" if cancelled else "CONFIRMED"
