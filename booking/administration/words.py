"""Who changed something, as pages of settings and texts say it."""

from __future__ import annotations

from flask_babel import gettext as _

from booking import audit


def changed_by(label: str) -> str:
    """The stored name of a person; the system and the command line in words."""
    special = {audit.SYSTEM.label: _("the system"), audit.COMMAND_LINE.label: _("command line")}
    return str(special.get(label, label))
