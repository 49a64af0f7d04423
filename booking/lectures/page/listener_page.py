"""What other branches read of a lecture in which they take part: when, where, what, and by whom.

Neither the note, which is the host's, nor the history, nor who else takes part.
"""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from booking.lectures.models import Lecture


def listener_page(lecture: Lecture) -> ResponseReturnValue:
    """The page of a lecture for another branch that takes part."""
    return render_template("lectures/listener.html", lecture=lecture)
