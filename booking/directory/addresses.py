"""A need as an address says it, and back: the page and the JSON read the same parameters.

Unlike the directory, which leaves out what it does not understand, a need is refused with a
sentence: an answer to another question would mislead.
"""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from booking.accounts.service import known_region
from booking.availability.half_days import DEFAULT_TEMPLATE, HalfDay, SlotTemplate
from booking.availability.hours import DAY_MINUTES
from booking.availability.queries import slot_template
from booking.directory.matching import LONGEST_WINDOW, Need, Preferred
from booking.directory.search import LONGEST_WORDS
from booking.errors import Invalid
from booking.instructors.models import Field, Topic
from booking.instructors.vocabulary import LONGEST_MINUTES, SHORTEST_MINUTES, Audience, Format

USUAL_WINDOW = 21
"""Days from the first one on, where no last day is given."""

MOST_PREFERRED = 6

Arguments = MultiDict[str, str]


def read_need(
    session: Session,
    arguments: Arguments,
    *,
    today: date,
    organisation_id: int | None = None,
    here: str = "",
) -> Need:
    """The need that an address means; `Invalid` (422) names the first field that is wrong."""
    region_code = read_region(session, arguments)
    preferred = _preferred(session, arguments, region_code)
    first, last = read_days(
        arguments,
        first=min((one.day for one in preferred), default=today),
        last=max((one.day for one in preferred), default=None),
    )
    need = Need(
        first=first,
        last=last,
        words=_words(arguments),
        topic_id=read_topic(session, arguments),
        field=_field(session, arguments),
        region_code=region_code,
        audience=_audience(arguments),
        format=_format(arguments),
        minutes=read_minutes(arguments),
        preferred=preferred,
        organisation_id=organisation_id,
        here=here,
    )
    if any(not first <= one.day <= last for one in preferred):
        raise Invalid(_("The preferred day lies outside the days asked for."), field="day")
    return need


def parameters(need: Need) -> dict[str, list[str]]:
    """The address of a need: reading it gives the same need, but for the unit that asks."""
    values: dict[str, list[object]] = {
        "q": [need.words],
        "topic": [need.topic_id],
        "field": [need.field],
        "region": [need.region_code],
        "audience": [need.audience],
        "format": [need.format],
        "minutes": [need.minutes],
        "from": [need.first],
        "to": [need.last],
        "day": [one.day for one in need.preferred],
        "part": [one.part for one in need.preferred],
    }
    told = {name: [str(one) for one in some if one is not None] for name, some in values.items()}
    return {name: some for name, some in told.items() if any(some)}


def read_days(arguments: Arguments, *, first: date, last: date | None = None) -> tuple[date, date]:
    """The span of days from..to, both inclusive, or the given ones; at most `LONGEST_WINDOW`."""
    first = _day(arguments, "from") or first
    last = _day(arguments, "to") or last or first + timedelta(days=USUAL_WINDOW)
    if last < first:
        raise Invalid(_("The last day is before the first. Exchange them."), field="to")
    if (last - first).days >= LONGEST_WINDOW:
        raise Invalid(_("At most 92 days can be asked for at once. Choose fewer."), field="to")
    return first, last


def read_topic(session: Session, arguments: Arguments) -> int | None:
    """The id of a topic that is offered."""
    typed = arguments.get("topic", "")
    if not typed:
        return None
    number = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
    query = select(Topic.id).where(Topic.id == number, Topic.active)
    if session.scalar(query) is None:
        raise Invalid(_("This topic is no longer offered. Choose another."), field="topic")
    return number


def read_region(session: Session, arguments: Arguments) -> str:
    """The code of a region that exists, or an empty text."""
    typed = arguments.get("region", "")
    return known_region(session, typed).code if typed else ""


def read_minutes(arguments: Arguments) -> int | None:
    """A length in minutes within what a lecture can be."""
    typed = arguments.get("minutes", "").strip()
    if not typed:
        return None
    minutes = int(typed) if typed.isdecimal() and len(typed) < 5 else 0
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise Invalid(_("A lecture takes 15 to 480 minutes."), field="minutes")
    return minutes


def _words(arguments: Arguments) -> str:
    words = arguments.get("q", "").strip()
    if len(words) > LONGEST_WORDS:
        raise Invalid(_("This is too long to search for: at most 100 characters."), field="q")
    return words


def _field(session: Session, arguments: Arguments) -> str:
    code = arguments.get("field", "")
    # PostgreSQL takes no NUL, so what can be no code does not reach it.
    known = select(Field.id).where(Field.code == code)
    if code and not (code.isprintable() and session.scalar(known)):
        raise Invalid(_("There is no such field. Choose one from the list."), field="field")
    return code


def _audience(arguments: Arguments) -> Audience | None:
    typed = arguments.get("audience", "")
    if typed and typed not in set(Audience):
        raise Invalid(_("There is no such audience. Choose one from the list."), field="audience")
    return Audience(typed) if typed else None


def _format(arguments: Arguments) -> Format | None:
    typed = arguments.get("format", "")
    if typed and typed not in set(Format):
        raise Invalid(_("There is no such format. Choose one from the list."), field="format")
    return Format(typed) if typed else None


def _preferred(session: Session, arguments: Arguments, region_code: str) -> tuple[Preferred, ...]:
    """Each `day` with the `part` in the same place: a part of the day or a start (HH:MM)."""
    days = arguments.getlist("day")
    if len(days) > MOST_PREFERRED:
        raise Invalid(_("At most six preferred times can be asked for."), field="day")
    parts = [*arguments.getlist("part"), *[""] * len(days)]
    template = slot_template(session, region_code) if any(parts) else DEFAULT_TEMPLATE
    return tuple(
        Preferred(_date(typed, "day"), *_minutes_of(part, template), part)
        for typed, part in zip(days, parts, strict=False)
        if typed.strip()
    )


def _minutes_of(part: str, template: SlotTemplate) -> tuple[int, int]:
    """The starts that a part of the day holds in the region, in minutes from midnight."""
    noon, dusk = template.limits
    parts = {
        "": (0, DAY_MINUTES),
        HalfDay.MORNING.value: (0, noon),
        HalfDay.AFTERNOON.value: (noon, dusk),
        HalfDay.EVENING.value: (dusk, DAY_MINUTES),
    }
    if part in parts:
        return parts[part]
    hour, _colon, minute = part.partition(":")
    if hour.isdecimal() and minute.isdecimal() and len(part) == 5:
        start = int(hour) * 60 + int(minute)
        if int(minute) < 60 and start < DAY_MINUTES:
            return start, start + 1
    raise Invalid(_("Say morning, afternoon, evening or a time such as 09:00."), field="part")


def _day(arguments: Arguments, name: str) -> date | None:
    typed = arguments.get(name, "").strip()
    return _date(typed, name) if typed else None


def _date(typed: str, name: str) -> date:
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        day = date.min
    if not 1000 <= day.year < 9000:
        raise Invalid(_("This is not a day. Write it as 2026-12-02."), field=name)
    return day
