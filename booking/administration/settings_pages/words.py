"""Values of settings as pages show them."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from booking import i18n
from booking.settings.engine.kinds import Choice, Secret, Setting, Several


def shown(setting: Setting[Any], value: Any) -> str:
    """One value in words; a secret only as being there."""
    kind = setting.kind
    if isinstance(kind, Secret):
        return str(_("stored") if value else _("none"))
    if isinstance(kind, Several):
        words = [str(words) for name, words in kind.options if name in value]
        return i18n.listed(words) if words else str(_("nobody"))
    if isinstance(kind, Choice):
        return next((str(words) for name, words in kind.options if name == value), str(value))
    return str(value) if value != "" else str(_("empty"))
