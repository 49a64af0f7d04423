"""What pages call the kinds of questions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.knowledge_tests.engine.questions import QuestionKind

QUESTION_KINDS: dict[QuestionKind, Text] = {
    QuestionKind.SINGLE: _("one answer"),
    QuestionKind.MULTIPLE: _("several answers"),
}
