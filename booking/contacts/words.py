"""What pages call channels, and the ways by which contacts are shown."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.contacts.engine.reveals import Through
from booking.instructors.engine.vocabulary import Channel

CHANNELS = {
    Channel.PHONE: _("Telephone"),
    Channel.EMAIL: _("E-mail"),
}
WAYS = {
    Through.LECTURE: _("Confirmed lecture"),
    Through.GRANT: _("Grant"),
    Through.CASE: _("Case of a coordinator"),
    Through.CONSENT: _("Released to branches"),
    Through.EXPORT: _("Export"),
}
