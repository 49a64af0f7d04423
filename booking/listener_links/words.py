"""What pages call the purposes of links."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.listener_links.engine.purposes import Purpose


@dataclass(frozen=True, slots=True)
class PurposeWords:
    """Heading of the page for the hall, and what listeners are asked to do."""

    heading: Text
    asked: Text


PURPOSES: dict[Purpose, PurposeWords] = {
    Purpose.ATTENDANCE: PurposeWords(
        _("Attendance list by QR code"), _("Scan the code and enter yourself in the list.")
    ),
    Purpose.TEST_BEFORE: PurposeWords(
        _("Knowledge test before the lecture"),
        _("Scan the code and answer some questions before the lecture."),
    ),
    Purpose.TEST_AFTER: PurposeWords(
        _("Knowledge test after the lecture"),
        _("Scan the code and answer some questions after the lecture."),
    ),
    Purpose.EVALUATION: PurposeWords(
        _("Listeners evaluate by QR code"), _("Scan the code and tell how the lecture was.")
    ),
}
