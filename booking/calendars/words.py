"""The texts of a VEVENT, in the current language."""

from __future__ import annotations

from flask import current_app
from flask_babel import gettext as _

from booking.calendars.engine.event_facts import Wording
from booking.calendars.engine.ical import Status
from booking.i18n import person
from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.states import Side


def lecture_url(number: str) -> str:
    """The absolute URL of a lecture's page."""
    return f"{current_app.config['BASE_URL']}/lectures/{number}"


def wording(
    event: LectureEvent, side: Side, status: Status, *, note: bool, page: bool = True
) -> Wording:
    """The texts for one side: instructors see the branch, branches see the instructor.

    Many programs do not show STATUS: the title says it, too.
    """
    other = event.organisation if side is Side.INSTRUCTOR else person(event.instructor)
    summary = _("%(title)s (%(other)s)", title=event.title, other=other)
    if status == "TENTATIVE":
        summary = _("[Not confirmed] %(title)s", title=summary)
    url = lecture_url(event.number) if page else ""
    details = [_("Details: %(url)s", url=url)] if url else []
    return Wording(
        summary=summary,
        description="\n".join([*_facts(event), *_note(event, note), *details]),
        location=event.where,
        url=url,
        cancelled_prefix=_("[Cancelled] "),
    )


def _facts(event: LectureEvent) -> list[str]:
    lines = [
        _("Lecture %(number)s", number=event.number),
        _("Instructor: %(name)s", name=person(event.instructor)),
        _("Branch: %(name)s", name=event.organisation),
    ]
    if event.attendees:
        lines.append(_("Listeners: %(count)s", count=event.attendees))
    return lines


def _note(event: LectureEvent, wanted: bool) -> list[str]:
    return [_("Note: %(note)s", note=event.note)] if wanted and event.note else []
