"""What pages and calendars call feeds, in the current language."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from booking import i18n
from booking.calendars.feeds.engine.kinds import FeedKind


def one_of_two(name: str | None, name_en: str | None) -> str:
    """The name in the current language, where there is one."""
    return (name if i18n.is_chinese() else name_en or name) or ""


def calendar_name(kind: FeedKind, owner: str, field: str = "") -> str:
    """The name of a calendar; `owner` is the instructor, branch or region as people read it."""
    # One sentence only: each request of a calendar program asks for a name.
    if kind is FeedKind.INSTRUCTOR:
        return str(_("Lectures by %(name)s", name=owner))
    if kind is FeedKind.BRANCH:
        return str(_("Lectures at %(name)s", name=owner))
    if kind is FeedKind.REGION:
        return str(_("Lectures in %(name)s", name=owner))
    if kind is FeedKind.FIELD:
        return str(_("Lectures in %(name)s: %(field)s", name=owner, field=field))
    return str(_("My lectures"))


def busy_name(name: str) -> str:
    """The name of a calendar that shows times only."""
    return str(_("%(name)s (busy times)", name=name))


def busy() -> str:
    """The title of each event of a calendar that shows times only."""
    return str(_("Busy"))


def name_of_row(kind: FeedKind, row: Any) -> str:
    """The name of a calendar by a row with the columns instructor, organisation, region, field."""
    if kind is FeedKind.INSTRUCTOR:
        return calendar_name(kind, i18n.person(row.instructor or ""))
    if kind is FeedKind.BRANCH:
        return calendar_name(kind, row.organisation)
    region = one_of_two(row.region, row.region_en)
    return calendar_name(kind, region, one_of_two(row.field, row.field_en))
