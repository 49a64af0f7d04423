"""What every question set asks for, and the scale of the answers. Pure."""

from __future__ import annotations

import enum


class EvaluationDimension(enum.StrEnum):
    """What is always asked, so that numbers of different question sets can be compared."""

    CONTENT = "content"
    METHOD = "method"
    USEFULNESS = "usefulness"
    """For the work."""


LOWEST, HIGHEST = 1, 5
"""The scale: 5 is very good, 1 very poor."""

LONGEST_TEXT = 500
"""Characters of a free text."""
