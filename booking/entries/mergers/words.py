"""What pages say about pairs of entries."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.entries.mergers.engine.duplicates import Why
from booking.errors import Text

REASONS: dict[Why, Text] = {
    Why.CONTACT: _("Same name, and a contact in common"),
    Why.SAME_WORKPLACE: _("Same name and workplace"),
    Why.NEAR_WORKPLACE: _("Same name, similar workplace"),
    Why.NO_WORKPLACE: _("Same name, one without a workplace"),
}
