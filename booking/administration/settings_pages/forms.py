"""The forms of the settings: one for each group, and that of the mail server."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from booking.accounts.engine.email_addresses import is_address
from booking.accounts.engine.sign_in_names import read_phone
from booking.administration.settings_pages.fields import form_class
from booking.notifications.texts.words import SUBJECTS
from booking.settings.engine.declarations import GROUPS, MAIL, MAILBOX, TEXT_MESSAGES, Group
from booking.web.request_safety import Form

FORMS: dict[str, type[Form]] = {
    group.name: form_class(f"{group.name.title()}SettingsForm", group.settings) for group in GROUPS
}

_MailFields: Any = form_class("MailSettingsForm", MAIL.settings)


class MailForm(_MailFields):  # type: ignore[misc]
    """The mail server, and to whom a test mail goes."""

    recipient = StringField(_("Send the test mail to"))

    def validate_recipient(self, field: StringField) -> None:
        """Refuse what is no address."""
        if field.data and not is_address(field.data.strip()):
            raise ValidationError(_("This is not an e-mail address, such as name@example.org."))


MailboxForm: type[Form] = form_class("MailboxSettingsForm", MAILBOX.settings)
"""The mailbox to which answers come."""


_TextFields: Any = form_class("TextSettingsForm", TEXT_MESSAGES.settings)


class TextForm(_TextFields):  # type: ignore[misc]
    """The service of text messages, and which message is tried out with which number."""

    trial = SelectField(
        _("Test message"),
        choices=[SelectChoice(one.value, words) for one, words in SUBJECTS.items()],
    )
    trial_phone = StringField(_("Send it to"), render_kw={"inputmode": "tel"})

    def validate_trial_phone(self, field: StringField) -> None:
        """Refuse what is no mobile number."""
        if field.data and read_phone(field.data) is None:
            raise ValidationError(_("This is not a mobile telephone number."))


def group_called(name: str) -> Group | None:
    """The group of this name, or None."""
    return next((group for group in GROUPS if group.name == name), None)
