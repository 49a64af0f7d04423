"""The form of the page “My notifications”: one for all, made for one person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wtforms import BooleanField, Field, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TimeInput

from booking.errors import Invalid, Text
from booking.notifications.choices.engine.preferences import (
    DigestRhythm,
    Preferences,
    ReminderOffset,
)
from booking.notifications.choices.engine.quiet_hours import QuietHours, clock_text, minute_of
from booking.notifications.choices.engine.ways import (
    MAIL_WAYS,
    NECESSARY,
    POSSIBLE,
    MessageWay,
    Ways,
)
from booking.notifications.choices.words import (
    KIND_NAMES,
    PLAIN_MAIL,
    REMINDER_NAMES,
    RHYTHM_NAMES,
    WAY_NAMES,
)
from booking.notifications.engine.kinds import MessageKind
from booking.sentences import N_
from booking.settings.engine.notification_declarations import Hour
from booking.web.request_safety import Form

CHOSEN_KINDS = tuple(
    kind for kind in MessageKind if kind not in NECESSARY and kind is not MessageKind.DIGEST
)
"""The kinds whose mail can be turned off by the form; the digest has a rhythm instead."""

PLAIN, WITH_INVITATION, NO_MAIL = MessageWay.MAIL, MessageWay.INVITATION, MessageWay.NONE


class ChoiceForm(Form):
    """Base of the forms that `form_class` makes."""

    def ways(self, present: Mapping[MessageKind, Ways]) -> dict[MessageKind, Ways]:
        """What was chosen for each kind; what the form does not ask stays as it is."""
        return {
            kind: Ways(
                MessageWay(self._data(kind.value, was.mail.value)),
                bool(self._data(f"{kind.value}_text", was.text)),
                bool(self._data(f"{kind.value}_robot", was.robot)),
            )
            for kind, was in present.items()
        }

    def preferences(self, present: Preferences) -> Preferences:
        """What was chosen beside; what the form does not ask stays as it is."""
        quiet = None
        if self._data("quiet", False):
            quiet = QuietHours(_minute(self["quiet_from"]), _minute(self["quiet_until"]))
        minute = present.digest_minute
        if "rhythm" in self:
            minute = _minute(self["digest_at"])
        reminders = present.reminders
        if "reminders" in self:
            reminders = frozenset(map(ReminderOffset, self["reminders"].data or ()))
        return Preferences(
            reminders=reminders,
            quiet=quiet,
            digest=DigestRhythm(self._data("rhythm", present.digest.value)),
            digest_minute=minute,
            tentative=bool(self._data("tentative", present.tentative)),
        )

    def _data(self, name: str, otherwise: Any) -> Any:
        return self[name].data if name in self else otherwise


def form_class(ways: frozenset[MessageWay], *, coordinator: bool, books: bool) -> type[ChoiceForm]:
    """The form for somebody, to whom the installation offers `ways` beside mail.

    `books`: the person takes part in lectures.
    """
    fields = dict(_kind_fields(ways, coordinator=coordinator, books=books))
    fields["quiet"] = BooleanField(N_("Nothing in my quiet hours"))
    fields["quiet_from"] = _hour(N_("Begins at"), _quiet_hour_is_read)
    fields["quiet_until"] = _hour(N_("Ends at"), _quiet_hour_is_read, _differs)
    if coordinator:
        fields["rhythm"] = RadioField(N_("How often"), choices=_choices(RHYTHM_NAMES))
        fields["digest_at"] = _hour(N_("Hour"), _hour_is_read)
    if books:
        fields["reminders"] = SelectMultipleField(
            N_("When"),
            choices=_choices(REMINDER_NAMES),
            widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(),
        )
        fields["tentative"] = BooleanField(
            N_("Enter requested times in my calendar, marked as not certain")
        )
    return type("ChoiceFormOfOne", (ChoiceForm,), fields)


def values(present: dict[MessageKind, Ways], preferences: Preferences) -> dict[str, Any]:
    """The values with which the form is shown at first."""
    quiet = preferences.quiet
    found: dict[str, Any] = {
        "reminders": [offset.value for offset in ReminderOffset if offset in preferences.reminders],
        "quiet": quiet is not None,
        "quiet_from": clock_text(quiet.begins) if quiet else "22:00",
        "quiet_until": clock_text(quiet.ends) if quiet else "07:00",
        "rhythm": preferences.digest.value,
        "digest_at": clock_text(preferences.digest_minute),
        "tentative": preferences.tentative,
    }
    for kind, chosen in present.items():
        found[kind.value] = chosen.mail.value
        found[f"{kind.value}_text"], found[f"{kind.value}_robot"] = chosen.text, chosen.robot
    return found


def _kind_fields(
    ways: frozenset[MessageWay], *, coordinator: bool, books: bool
) -> Iterator[tuple[str, Any]]:
    further = ways if coordinator else ways - {MessageWay.ROBOT}
    for kind in MessageKind:
        if kind is MessageKind.REMINDER and not books:
            continue
        if kind in CHOSEN_KINDS:
            yield kind.value, RadioField(KIND_NAMES[kind], choices=_mail_choices(kind))
        for way in (MessageWay.TEXT, MessageWay.ROBOT):
            if way in further & POSSIBLE[kind]:
                yield f"{kind.value}_{way.value}", BooleanField(WAY_NAMES[way])


def _mail_choices(kind: MessageKind) -> Sequence[SelectChoice]:
    possible = [way for way in MAIL_WAYS if way in POSSIBLE[kind]]
    names = dict(WAY_NAMES)
    if WITH_INVITATION in possible:
        names[PLAIN] = PLAIN_MAIL
    return [SelectChoice(way.value, names[way]) for way in possible]


def _choices(names: dict[Any, Text]) -> Sequence[SelectChoice]:
    return [SelectChoice(one.value, words) for one, words in names.items()]


def _hour(label: Text, *validators: Any) -> Any:
    return StringField(label, widget=TimeInput(), validators=validators)


def _hour_is_read(_form: Form, field: Field) -> None:
    """Refuse what is no time of the day."""
    try:
        Hour().read(field.data or "")
    except Invalid as error:
        raise ValidationError(error.sentence) from None


def _quiet_hour_is_read(form: Form, field: Field) -> None:
    """The same, where there are to be quiet hours."""
    if form["quiet"].data:
        _hour_is_read(form, field)


def _differs(form: Form, field: Field) -> None:
    begins = form["quiet_from"]
    read = not begins.errors and not field.errors
    if form["quiet"].data and read and _minute(begins) == _minute(field):
        raise ValidationError(N_("Let the quiet hours end at another time than they begin."))


def _minute(field: Field) -> int:
    return minute_of(Hour().read(field.data))
