"""What pages and mails call the outcomes of a lecture."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.lectures.records.models import LectureOutcome

OUTCOMES: dict[LectureOutcome, Text] = {
    LectureOutcome.HELD: _("Held"),
    LectureOutcome.INSTRUCTOR_ABSENT: _("The instructor did not come"),
    LectureOutcome.BRANCH_ABSENT: _("Nobody came to listen"),
    LectureOutcome.PLACE: _("The place could not be used"),
    LectureOutcome.EVENT: _("Weather, traffic or another event"),
    LectureOutcome.AGREED: _("Both sides agreed not to hold it"),
    LectureOutcome.OTHER: _("Another reason"),
}
