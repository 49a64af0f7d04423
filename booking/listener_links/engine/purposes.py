"""What a link is for. Pure."""

from __future__ import annotations

import enum


class LinkPurpose(enum.StrEnum):
    """The purposes of links; a lecture has at most one link of each."""

    ATTENDANCE = "attendance"
    TEST_BEFORE = "test_before"
    TEST_AFTER = "test_after"
    EVALUATION = "evaluation"
