"""What pages call the purposes of links."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.listener_links.engine.purposes import LinkPurpose


@dataclass(frozen=True, slots=True)
class PurposeWords:
    """Heading of the page for the hall, and what listeners are asked to do."""

    heading: Text
    asked: Text


PURPOSES: dict[LinkPurpose, PurposeWords] = {
    LinkPurpose.ATTENDANCE: PurposeWords(
        _("Attendance list by QR code"), _("Scan the code and enter yourself in the list.")
    ),
    LinkPurpose.TEST_BEFORE: PurposeWords(
        _("Knowledge test before the lecture"),
        _("Scan the code and answer some questions before the lecture."),
    ),
    LinkPurpose.TEST_AFTER: PurposeWords(
        _("Knowledge test after the lecture"),
        _("Scan the code and answer some questions after the lecture."),
    ),
    LinkPurpose.EVALUATION: PurposeWords(
        _("Listeners evaluate by QR code"), _("Scan the code and tell how the lecture was.")
    ),
}
