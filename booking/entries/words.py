"""What pages call the parts of entries, the fields of their values, and the states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _

from booking import i18n
from booking.entries.engine.parts import ChangeOutcome, Difference, EntryPart
from booking.entries.models import RequestState
from booking.errors import Text
from booking.instructors.engine.vocabulary import Audience, Format, TopicState
from booking.lectures.words import AUDIENCES, FORMATS

PARTS: dict[EntryPart, Text] = {
    EntryPart.ADDED: _("Entry added"),
    EntryPart.NAME: _("Name"),
    EntryPart.POST: _("Title and workplace"),
    EntryPart.INTRODUCTION: _("Introduction"),
    EntryPart.FIELDS: _("Fields"),
    EntryPart.REGIONS: _("Regions served"),
    EntryPart.TOPIC: _("Topic"),
    EntryPart.LISTED: _("Shown or hidden"),
    EntryPart.HOME: _("Region that keeps the entry"),
    EntryPart.PORTRAIT: _("Photo"),
    EntryPart.CONFIRMED: _("Looked through"),
    EntryPart.MERGED: _("Merged"),
    EntryPart.PARTICULARS: _("Personal particulars"),
}

TOPIC_STATES: dict[TopicState, Text] = {
    TopicState.DRAFT: _("Draft"),
    TopicState.REVIEWED: _("Offered"),
    TopicState.RETIRED: _("No longer offered"),
}

STATES: dict[RequestState, Text] = {
    RequestState.WAITING: _("Waits for review"),
    RequestState.APPROVED: _("Approved"),
    RequestState.RETURNED: _("Returned"),
    RequestState.WITHDRAWN: _("Withdrawn"),
}

OUTCOMES: dict[ChangeOutcome, Text] = {
    ChangeOutcome.SAVED: _("Saved. The public page shows it now."),
    ChangeOutcome.WAITING: _(
        "Sent to the coordinators of your region. The public page stays as it is until they agree."
    ),
    ChangeOutcome.UNCHANGED: _("Nothing was changed."),
}

NAMES: dict[str, Text] = {
    "name": _("Name"),
    "reading": _("Reading"),
    "title": _("Title"),
    "workplace": _("Workplace"),
    "text": _("Introduction"),
    "field_ids": _("Fields"),
    "codes": _("Regions served"),
    "summary": _("Summary"),
    "minutes": _("Minutes"),
    "field_id": _("Field"),
    "audiences": _("Audience"),
    "formats": _("Format"),
    "first": _("Offered from"),
    "last": _("Offered until"),
    "state": _("State"),
    "listed": _("Found by searches"),
    "region_code": _("Region that keeps the entry"),
    "digest": _("Photo"),
    "at": _("Last looked through"),
    "id": _("Number of the entry"),
    "gender": _("Gender is known"),
    "birth_month": _("Month of birth is known"),
    "contacts": _("Number of contacts"),
}
"""The fields of the values of `engine.parts`."""

TOPIC_TITLE: Text = _("Title of the topic")


@dataclass(frozen=True, slots=True)
class Known:
    """Names of fields by id and of regions by code, for showing values."""

    fields: Mapping[int, str]
    regions: Mapping[str, str]

    def label(self, part: EntryPart, one: Difference) -> Text:
        """What a field of a value is called."""
        if part is EntryPart.TOPIC and one.name == "title":
            return TOPIC_TITLE
        return NAMES[one.name]

    def shown(self, name: str, value: Any) -> str:
        """A value of a field as pages show it; empty for none."""
        if value is None or value == "" or value == []:
            return ""
        if name in _SHOWN:
            return str(_SHOWN[name](value))
        if name in ("field_id", "field_ids"):
            return self._listed(self.fields, value)
        if name in ("codes", "region_code"):
            return self._listed(self.regions, value)
        return str(value)

    def _listed(self, known: Mapping[Any, str], value: Any) -> str:
        one_or_more = value if isinstance(value, list) else [value]
        return i18n.listed(known.get(one, str(one)) for one in one_or_more)


def _day(value: str) -> str:
    return i18n.format_day(date.fromisoformat(value))


def _moment(value: str) -> str:
    return i18n.format_instant(datetime.fromisoformat(value))


_SHOWN: dict[str, Any] = {
    "audiences": lambda values: i18n.listed(str(AUDIENCES[Audience(one)]) for one in values),
    "formats": lambda values: i18n.listed(str(FORMATS[Format(one)]) for one in values),
    "state": lambda value: TOPIC_STATES[TopicState(value)],
    "listed": lambda value: _("Yes") if value else _("No"),
    "first": _day,
    "last": _day,
    "at": _moment,
    "digest": lambda _value: _("a photo"),
    "gender": lambda value: _("Yes") if value else _("No"),
    "birth_month": lambda value: _("Yes") if value else _("No"),
}
