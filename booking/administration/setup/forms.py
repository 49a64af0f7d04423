"""The form of the first start, in sections."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from booking.accounts.engine.csv_lists import RegionLine
from booking.accounts.engine.provinces import Depth, provinces, regions_of
from booking.administration.settings_pages.fields import form_class
from booking.settings import queries
from booking.settings.engine.declarations import (
    ALL,
    LANGUAGES,
    MAIL,
    SITE_NAME,
    SITE_NAME_EN,
    TIMEZONE,
)
from booking.settings.engine.mail_declarations import MAIL_FROM

CHOSEN_FIRST = (SITE_NAME, SITE_NAME_EN, LANGUAGES, TIMEZONE)
"""Settings beside the mail server that are asked for at the first start."""

SETTINGS = (*CHOSEN_FIRST, *MAIL.settings)
LONGEST_NAME, LONGEST_ADDRESS = 120, 255

_SettingFields: Any = form_class("SetupSettingFields", SETTINGS, may_lack={MAIL_FROM.name})


class SetupForm(_SettingFields):  # type: ignore[misc]
    """Administrator, installation, mail and regions."""

    name = StringField(
        _("Your name"),
        validators=[DataRequired(_("Enter your name.")), Length(max=LONGEST_NAME)],
    )
    email = StringField(
        _("Your e-mail address, with which you will sign in"),
        validators=[DataRequired(_("Enter your address.")), Length(max=LONGEST_ADDRESS)],
    )
    password = PasswordField(_("Password"), validators=[DataRequired(_("Choose a password."))])
    province = SelectField(_("Province"), validate_choice=False)
    depth = SelectField(
        _("Regions down to"),
        choices=[
            SelectChoice(Depth.COUNTIES.value, _("counties and districts")),
            SelectChoice(Depth.CITIES.value, _("cities")),
            SelectChoice(Depth.PROVINCE.value, _("the province alone")),
        ],
    )
    file = FileField(_("Or a list of your own regions (Excel or CSV)"))

    def offer_provinces(self) -> None:
        """Set the choices of the province."""
        none = SelectChoice("", _("none yet"))
        self.province.choices = [none, *(SelectChoice(*one) for one in provinces())]

    def leave_out_machine(self) -> None:
        """Remove the fields of what environment variables set."""
        for setting in SETTINGS:
            if queries.set_by_machine(setting):
                del self[setting.name]

    def validate_province(self, field: SelectField) -> None:
        """Refuse what is not in the list."""
        if field.data and field.data not in dict(provinces()):
            raise ValidationError(_("Choose one from the list."))

    def list_of_regions(self) -> tuple[bytes, str]:
        """The bytes and the name of the file; empty for none."""
        if not self.file.data:
            return b"", ""
        return self.file.data.read(), self.file.data.filename or ""

    def regions_of_province(self) -> list[RegionLine]:
        """The regions of the province that was chosen."""
        if not self.province.data:
            return []
        return regions_of(self.province.data, Depth(self.depth.data))

    def settings(self) -> dict[str, object]:
        """The values by the name of the setting; the password of the mail server as typed."""
        return {one.name: self[one.name].data for one in SETTINGS if one.name in self}

    @staticmethod
    def defaults() -> dict[str, object]:
        """What the fields show at first."""
        shown = {name: ALL[name].default for name in (one.name for one in SETTINGS)}
        return shown | {"mail_from": "", "depth": Depth.COUNTIES.value}
