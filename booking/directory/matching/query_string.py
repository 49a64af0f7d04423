"""Parse a match query from URL parameters, and serialise it back; for the page and the API.

Unlike the directory search, which ignores invalid parameters, an invalid match query is refused
with a message: the results of a different query would mislead.
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
from booking.availability.engine.zones import DAY_MINUTES
from booking.availability.queries import slot_template
from booking.directory.engine.error_collector import ErrorCollector
from booking.directory.engine.match_query import LONGEST_WINDOW, MatchQuery, Preferred
from booking.directory.engine.url_parameters import (
    NO_FIELD,
    NO_TOPIC,
    read_audience,
    read_day,
    read_field_code,
    read_format,
    read_minutes,
    read_region_code,
    read_topic_id,
    read_words,
)
from booking.errors import Invalid, Text
from booking.instructors.models import Field
from booking.instructors.queries import present_field_code, public_title
from booking.sentences import N_

USUAL_WINDOW = 21
"""Days after the first day, if no last day is given."""

MOST_PREFERRED = 6

TOO_MANY_PREFERRED: Text = N_(
    "At most %(max)s preferred times can be asked for.", max=MOST_PREFERRED
)

Arguments = MultiDict[str, str]


def read_match_query(
    session: Session,
    arguments: Arguments,
    *,
    today: date,
    organisation_id: int | None = None,
    here: str = "",
    public_only: bool = False,
) -> MatchQuery:
    """Parse URL parameters; raises `WrongFields` (422) with the errors of all fields."""
    errors = ErrorCollector()
    region_code = errors(read_region, session, arguments) or ""
    preferred = errors(_preferred, session, arguments, region_code) or ()
    first, last = errors(_window, arguments, preferred, today) or (today, today)
    match_query = MatchQuery(
        first=first,
        last=last,
        words=errors(read_words, arguments) or "",
        topic_id=errors(read_topic, session, arguments, public_only),
        field=errors(_field, session, arguments) or "",
        region_code=region_code,
        audience=errors(read_audience, arguments),
        format=errors(read_format, arguments),
        minutes=errors(read_minutes, arguments),
        preferred=preferred,
        organisation_id=organisation_id,
        here=here,
        public_only=public_only,
    )
    errors.finish()
    return match_query


def parameters(match_query: MatchQuery) -> dict[str, list[str]]:
    """The URL parameters of a query: the inverse of `read_match_query`, without the branch."""
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
        "day": [preferred.day or "" for preferred in match_query.preferred],
        "part": [preferred.part for preferred in match_query.preferred],
    }
    texts = {
        name: [str(value) for value in items if value is not None] for name, items in values.items()
    }
    return {name: items for name, items in texts.items() if any(items)}


def without(arguments: Arguments, name: str, number: int = 0) -> dict[str, list[str]]:
    """The parameters without one condition; for `day`: without the preferred time `number`."""
    removed = ("day", "part", name)
    remaining = {key: arguments.getlist(key) for key in arguments if key not in removed}
    rows = preferred_rows(arguments)
    if name == "day":
        del rows[number]
    rows = [row for row in rows if any(row)]
    if rows:
        remaining["day"] = [day for day, _part in rows]
        remaining["part"] = [part for _day, part in rows]
    return {key: values for key, values in remaining.items() if any(values)}


def read_days(
    arguments: Arguments, *, first: date, preferred: Sequence[date] = ()
) -> tuple[date, date]:
    """The days `from` to `to`, both inclusive, at most `LONGEST_WINDOW` of them.

    Defaults are the first and the last of the preferred days; without those `first`, and
    `USUAL_WINDOW` days after it. Raises `Invalid` (422).
    """
    errors = ErrorCollector()
    begin, end = errors(_day, arguments, "from"), errors(_day, arguments, "to")
    errors.finish()
    first = begin or min([*preferred, *([end] if end and preferred else [])], default=first)
    last = end or max([*preferred, *([first] if preferred else [])], default=None)
    last = last or first + timedelta(days=USUAL_WINDOW)
    if last < first:
        raise Invalid(_REVERSED if begin else _OVER, field="to")
    if (last - first).days >= LONGEST_WINDOW:
        field = "to" if end else "day" if preferred else "from"
        raise Invalid(TOO_MANY_DAYS, field=field)
    return first, last


TOO_MANY_DAYS = N_(
    "At most %(max)s days can be asked for at once. Choose fewer.", max=LONGEST_WINDOW
)
NO_PART: Text = N_("Say morning, afternoon, evening or a time such as 09:00.")
_REVERSED = _("The last day is before the first. Exchange them.")
_OVER = _("These days are over. Choose today or a later day.")


def _window(arguments: Arguments, preferred: Sequence[Preferred], today: date) -> tuple[date, date]:
    """The days of the query, checked to contain the preferred days and not to be over."""
    days = [each.day for each in preferred if each.day]
    first, last = read_days(arguments, first=today, preferred=days)
    filled = [name for name in ("to", "from") if arguments.get(name, "").strip()]
    if last < today:
        raise Invalid(_OVER, field=filled[0] if filled else "day")
    if any(not first <= day <= last for day in days):
        raise Invalid(_("The preferred day lies outside the days asked for."), field="day")
    return first, last


def read_topic(session: Session, arguments: Arguments, public_only: bool = False) -> int | None:
    """The id of an active topic of a listed instructor, or None. Raises `Invalid` (422)."""
    topic_id = read_topic_id(arguments)
    if topic_id is None:
        return None
    if public_title(session, topic_id, public_only=public_only) is None:
        raise Invalid(NO_TOPIC, field="topic")
    return topic_id


def read_region(session: Session, arguments: Arguments) -> str:
    """The code of an existing region, or an empty string. Raises `Invalid` (422)."""
    value = read_region_code(arguments)
    return known_region(session, value).code if value else ""


def _field(session: Session, arguments: Arguments) -> str:
    code = read_field_code(arguments)
    if code and not session.scalar(select(Field.id).where(Field.code == code)):
        raise Invalid(NO_FIELD, field="field")
    return present_field_code(session, code) if code else ""


def _preferred(session: Session, arguments: Arguments, region_code: str) -> tuple[Preferred, ...]:
    """Each `day` with the `part` at the same index: a part of the day or a start (HH:MM).

    A part without a day is preferred on every day of the window.
    """
    rows = preferred_rows(arguments)
    if len(rows) > MOST_PREFERRED:
        raise Invalid(TOO_MANY_PREFERRED, field="day")
    has_parts = any(part for _day, part in rows)
    template = slot_template(session, region_code) if has_parts else DEFAULT_TEMPLATE
    errors, preferred = ErrorCollector(), []
    for number, (day_value, part) in enumerate(rows):
        if day_value or part:
            day = errors(read_day, day_value, row_name("day", number)) if day_value else None
            span = errors(_minutes_of, part, template, row_name("part", number))
            preferred.append(Preferred(day, *(span or (0, 0)), part))
    errors.finish()
    return tuple(preferred)


def preferred_rows(arguments: Arguments) -> list[tuple[str, str]]:
    """The raw pairs of `day` and `part` parameters, stripped."""
    pairs = zip_longest(arguments.getlist("day"), arguments.getlist("part"), fillvalue="")
    return [(day.strip(), part.strip()) for day, part in pairs]


def row_name(name: str, number: int) -> str:
    """The name of a form field in the rows of preferred times: `day`, `day-2`, `day-3`."""
    return f"{name}-{number + 1}" if number else name


def _minutes_of(part: str, template: SlotTemplate, field: str) -> tuple[int, int]:
    """The starts [first, last) of a part of the day, in minutes from local midnight."""
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
    raise Invalid(NO_PART, field=field)


def _day(arguments: Arguments, name: str) -> date | None:
    value = arguments.get(name, "").strip()
    return read_day(value, name) if value else None
