"""Papers as PDF files: typeset in a child process with limits, so that no text harms the server."""

from __future__ import annotations

from booking.documents import child_program
from booking.documents.child_program import Paper
from booking.documents.fonts import font_folder
from booking.errors import DomainError
from booking.process import child
from booking.process.child import ChildEnded, Limits
from booking.sentences import N_

PDF = "application/pdf"

LIMITS = Limits(memory=1024 * 1024 * 1024, cpu_seconds=40, seconds=60)
"""A list of 2,000 rows takes 2 s and 250 MB on an idle machine."""


class NotPrinted(DomainError):
    """Raised when the child could not make the paper within its limits."""

    status = 503
    sentence = N_("The PDF could not be made. Choose a shorter period, or try again later.")


def pdf(paper: Paper) -> bytes:
    """The PDF of a paper. Raises `NoFont` and `NotPrinted` (both 503)."""
    message = child_program.question(paper, str(font_folder()))
    try:
        return child.ask(child_program.__name__, message, LIMITS)
    except ChildEnded:
        raise NotPrinted() from None
