"""A need as an address says it, and back: the page and the JSON read the same parameters.

Unlike the directory, which leaves out what it does not understand, a need is refused with a
sentence: an answer to another question would mislead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import zip_longest

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from booking.accounts.service import known_region
from booking.availability.engine.day_parts import DEFAULT_TEMPLATE, HalfDay, SlotTemplate
from booking.availability.engine.hours import DAY_MINUTES
from booking.availability.queries import slot_template
from booking.directory.engine.error_collector import ErrorCollector
from booking.directory.engine.matching import LONGEST_WINDOW, MatchQuery, Preferred
from booking.directory.engine.search_query import LONGEST_WORDS
from booking.errors import Invalid
from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import (
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
    Audience,
    Format,
)
from booking.instructors.models import Field
from booking.instructors.queries import public_title

USUAL_WINDOW = 21
"""Days from the first one on, where no last day is given."""

MOST_PREFERRED = 6

Arguments = MultiDict[str, str]


def read_match_query(
    session: Session,
    arguments: Arguments,
    *,
    today: date,
    organisation_id: int | None = None,
    here: str = "",
) -> MatchQuery:
    """The need that an address means; `WrongFields` (422) tells every field that is wrong."""
    tried = ErrorCollector()
    region_code = tried(lambda: read_region(session, arguments)) or ""
    preferred = tried(lambda: _preferred(session, arguments, region_code)) or ()
    first, last = tried(lambda: _window(arguments, preferred, today)) or (today, today)
    match_query = MatchQuery(
        first=first,
        last=last,
        words=tried(lambda: _words(arguments)) or "",
        topic_id=tried(lambda: read_topic(session, arguments)),
        field=tried(lambda: _field(session, arguments)) or "",
        region_code=region_code,
        audience=tried(lambda: _audience(arguments)),
        format=tried(lambda: read_format(arguments)),
        minutes=tried(lambda: read_minutes(arguments)),
        preferred=preferred,
        organisation_id=organisation_id,
        here=here,
    )
    tried.finish()
    return match_query


def parameters(match_query: MatchQuery) -> dict[str, list[str]]:
    """The address of a need: reading it gives the same need, but for the unit that asks."""
    values: dict[str, list[object]] = {
        "q": [match_query.words],
        "topic": [match_query.topic_id],
        "field": [match_query.field],
        "region": [match_query.region_code],
        "audience": [match_query.audience],
        "format": [match_query.format],
        "minutes": [match_query.minutes],
        "from": [match_query.first],
        "to": [match_query.last],
        "day": [one.day or "" for one in match_query.preferred],
        "part": [one.part for one in match_query.preferred],
    }
    told = {name: [str(one) for one in some if one is not None] for name, some in values.items()}
    return {name: some for name, some in told.items() if any(some)}


def without(arguments: Arguments, name: str, number: int = 0) -> dict[str, list[str]]:
    """What was typed, but for one condition; of preferred times but for the one in a row."""
    left = {one: arguments.getlist(one) for one in arguments if one not in ("day", "part", name)}
    rows = preferred_rows(arguments)
    if name == "day":
        del rows[number]
    rows = [row for row in rows if any(row)]
    if rows:
        left["day"], left["part"] = [day for day, _part in rows], [part for _day, part in rows]
    return {one: values for one, values in left.items() if any(values)}


def read_days(
    arguments: Arguments, *, first: date, preferred: Sequence[date] = ()
) -> tuple[date, date]:
    """The span of days from..to, both inclusive, at most `LONGEST_WINDOW`.

    What is not given is the first and the last of the preferred days; without those it is
    `first`, and `USUAL_WINDOW` days from there on.
    """
    tried = ErrorCollector()
    begin, end = tried(lambda: _day(arguments, "from")), tried(lambda: _day(arguments, "to"))
    tried.finish()
    first = begin or min([*preferred, *([end] if end and preferred else [])], default=first)
    last = end or max([*preferred, *([first] if preferred else [])], default=None)
    last = last or first + timedelta(days=USUAL_WINDOW)
    if last < first:
        raise Invalid(_REVERSED if begin else _OVER, field="to")
    if (last - first).days >= LONGEST_WINDOW:
        field = "to" if end else "day" if preferred else "from"
        raise Invalid(_("At most 92 days can be asked for at once. Choose fewer."), field=field)
    return first, last


_REVERSED = _("The last day is before the first. Exchange them.")
_OVER = _("These days are over. Choose today or a later day.")


def _window(arguments: Arguments, preferred: Sequence[Preferred], today: date) -> tuple[date, date]:
    """The days asked for; on them the preferred days lie, and they are not over."""
    days = [one.day for one in preferred if one.day]
    first, last = read_days(arguments, first=today, preferred=days)
    given = [name for name in ("to", "from") if arguments.get(name, "").strip()]
    if last < today:
        raise Invalid(_OVER, field=given[0] if given else "day")
    if any(not first <= day <= last for day in days):
        raise Invalid(_("The preferred day lies outside the days asked for."), field="day")
    return first, last


def read_topic(session: Session, arguments: Arguments) -> int | None:
    """The id of a topic that is offered by somebody who is listed."""
    typed = arguments.get("topic", "")
    if not typed:
        return None
    number = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
    if public_title(session, number) is None:
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
    # Commas or characters that nobody sees are no condition.
    return words if names.words(words) else ""


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


def read_format(arguments: Arguments) -> Format | None:
    """One of the formats, if one is named."""
    typed = arguments.get("format", "")
    if typed and typed not in set(Format):
        raise Invalid(_("There is no such format. Choose one from the list."), field="format")
    return Format(typed) if typed else None


def _preferred(session: Session, arguments: Arguments, region_code: str) -> tuple[Preferred, ...]:
    """Each `day` with the `part` in the same place: a part of the day or a start (HH:MM).

    A part without a day is preferred on every day.
    """
    rows = preferred_rows(arguments)
    if len(rows) > MOST_PREFERRED:
        raise Invalid(_("At most six preferred times can be asked for."), field="day")
    parts = any(part for _typed, part in rows)
    template = slot_template(session, region_code) if parts else DEFAULT_TEMPLATE
    tried, found = ErrorCollector(), []
    for number, (typed, part) in enumerate(rows):
        if typed or part:
            day = tried(lambda: _date(typed, row_name("day", number))) if typed else None  # noqa: B023
            span = tried(lambda: _minutes_of(part, template, row_name("part", number)))  # noqa: B023
            found.append(Preferred(day, *(span or (0, 0)), part))
    tried.finish()
    return tuple(found)


def preferred_rows(arguments: Arguments) -> list[tuple[str, str]]:
    """The days and parts of a day as they were typed, pair by pair."""
    pairs = zip_longest(arguments.getlist("day"), arguments.getlist("part"), fillvalue="")
    return [(day.strip(), part.strip()) for day, part in pairs]


def row_name(name: str, number: int) -> str:
    """How a field is called in the rows of preferred times: `day`, `day-2`, `day-3`."""
    return f"{name}-{number + 1}" if number else name


def _minutes_of(part: str, template: SlotTemplate, field: str) -> tuple[int, int]:
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
    raise Invalid(_("Say morning, afternoon, evening or a time such as 09:00."), field=field)


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
