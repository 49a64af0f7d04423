"""Refusals of a departure."""

from __future__ import annotations

from booking.errors import Conflict
from booking.sentences import N_, Paragraph, plural


class LecturesToCome(Conflict):
    """Lectures of the instructor are still requested or confirmed."""

    def __init__(self, count: int) -> None:
        super().__init__(
            Paragraph(
                (
                    plural(
                        "%(num)s lecture is still to come.",
                        "%(num)s lectures are still to come.",
                        count,
                    ),
                    N_("Pass them on to somebody else or cancel them first."),
                )
            )
        )


class HasLeft(Conflict):
    """The instructor has left already."""

    sentence = N_("This person has left the register already.")


class IsListed(Conflict):
    """The instructor has not left."""

    sentence = N_("This person is in the register.")
