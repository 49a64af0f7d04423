"""What the list of entries calls its filters."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.entries.overview.engine.filters import Kind
from booking.errors import Text

KINDS: dict[Kind, Text] = {
    Kind.ALL: _("All entries"),
    Kind.CHANGES: _("With changes that wait"),
    Kind.NO_TOPICS: _("Without topics"),
    Kind.NO_HOURS: _("Without hours"),
    Kind.NO_ACCOUNT: _("Without an account"),
    Kind.STALE: _("Not looked through for a year"),
    Kind.HIDDEN: _("Hidden"),
}
