"""What pages call dimensions and scores."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.evaluations.engine.scales import EvaluationDimension

DIMENSIONS: dict[EvaluationDimension, Text] = {
    EvaluationDimension.CONTENT: _("Content"),
    EvaluationDimension.METHOD: _("Presentation"),
    EvaluationDimension.USEFULNESS: _("Use for the work"),
}

SCORES: dict[int, Text] = {
    5: _("Very good"),
    4: _("Good"),
    3: _("Fair"),
    2: _("Poor"),
    1: _("Very poor"),
}
"""The best first."""
