"""Working days: weekdays without statutory days off, and with make-up workdays (调休).

``days`` is the official calendar: it contains only the dates that differ from their weekday. All
days are local dates; *today* is an argument.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from booking.availability.engine.hours import DayKind


def is_workday(day: date, days: Mapping[date, DayKind]) -> bool:
    """Monday to Friday unless it is OFF; Saturday and Sunday only if it is WORK."""
    kind = days.get(day)
    if day.weekday() >= 5:
        return kind == DayKind.WORK
    return kind != DayKind.OFF


def working_days_between(a: date, b: date, days: Mapping[date, DayKind]) -> int:
    """How many working days d there are with ``a < d <= b``; 0 if ``b`` is not after ``a``."""
    return sum(
        is_workday(date.fromordinal(ordinal), days)
        for ordinal in range(a.toordinal() + 1, b.toordinal() + 1)
    )


def earliest_after_notice(today: date, working_days: int, days: Mapping[date, DayKind]) -> date:
    """The first date for which a request made ``today`` gives ``working_days`` days of notice.

    That is the smallest date E, not before today, with
    ``working_days_between(today, E) >= working_days``: today does not count, the lecture's own date
    does, and exactly N is enough. With 3 required on an ordinary Monday, Thursday is allowed and
    Wednesday is not; with 0, today is allowed. So is every later date, working day or not (lead
    time of a request: domain rule 4). Raises ``ValueError`` for a negative number.
    """
    if working_days < 0:
        raise ValueError("notice is zero or more working days")
    day = today
    while working_days > 0:
        day += timedelta(days=1)
        working_days -= is_workday(day, days)
    return day
