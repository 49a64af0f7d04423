"""What pages and papers call columns and periods."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from booking import i18n
from booking.dossiers.lists.engine.columns import Filed, Order, OwnerKind
from booking.dossiers.lists.engine.periods import FiledPeriod
from booking.errors import Text

COLUMNS: dict[Filed, Text] = {
    Filed.NUMBER: _("No."),
    Filed.DAY: _("Date"),
    Filed.TIME: _("Time"),
    Filed.TOPIC: _("Topic"),
    Filed.FIELD: _("Field"),
    Filed.INSTRUCTOR: _("Instructor"),
    Filed.POST: _("Workplace and title"),
    Filed.BRANCH: _("Branch"),
    Filed.PLACE: _("Place"),
    Filed.AUDIENCE: _("Audience"),
    Filed.LISTENERS: _("Listened"),
    Filed.HOURS: _("Credit hours"),
    Filed.FORMAT: _("Format"),
    Filed.OUTCOME: _("Result"),
    Filed.EVALUATION: _("Evaluation"),
    Filed.REMARKS: _("Remarks"),
}

ORDERS: dict[Order, Text] = {
    Order.DAY: _("By day"),
    Order.BRANCH: _("By branch"),
    Order.INSTRUCTOR: _("By instructor"),
}

SIDES: dict[OwnerKind, Text] = {
    OwnerKind.BRANCH: _("Branch"),
    OwnerKind.INSTRUCTOR: _("Instructor"),
    OwnerKind.REGION: _("Region"),
}


def period_words(period: FiledPeriod) -> str:
    """2026年, 2026年上半年, 2026年第4季度, 2026年12月, or both days."""
    year, _dash, part = period.choice.partition("-")
    if not period.choice:
        return f"{period.first.isoformat()}{i18n.dash(spaced=True)}{period.last.isoformat()}"
    if part == "H1":
        return str(gettext("First half of %(year)s", year=year))
    if part == "H2":
        return str(gettext("Second half of %(year)s", year=year))
    if part.startswith("Q"):
        return str(gettext("Quarter %(number)s of %(year)s", number=part[1:], year=year))
    if part:
        return i18n.format_month(period.first)
    return str(gettext("Year %(year)s", year=year))
