"""The texts of a VEVENT, in the current language."""

from __future__ import annotations

from flask import current_app
from flask_babel import gettext as _

from booking.calendars.engine.event_facts import Wording
from booking.i18n import person
from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.states import Side


def lecture_url(number: str) -> str:
    """The absolute URL of a lecture's page."""
    return f"{current_app.config['BASE_URL']}/lectures/{number}"


def wording(event: LectureEvent, side: Side) -> Wording:
    """The texts for one side: instructors see the branch, branches see the instructor."""
    other = event.organisation if side is Side.INSTRUCTOR else person(event.instructor)
    url = lecture_url(event.number)
    lines = [
        _("Lecture %(number)s", number=event.number),
        _("Instructor: %(name)s", name=person(event.instructor)),
        _("Branch: %(name)s", name=event.organisation),
    ]
    if event.attendees:
        lines.append(_("Listeners: %(count)s", count=event.attendees))
    lines.append(_("Details: %(url)s", url=url))
    return Wording(
        summary=_("%(title)s (%(other)s)", title=event.title, other=other),
        description="\n".join(lines),
        location=event.place if event.online else f"{event.region} {event.place}",
        url=url,
    )
