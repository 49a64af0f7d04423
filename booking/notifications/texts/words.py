"""What pages and messages call the parts of text messages."""

from __future__ import annotations

from booking.notifications.texts.engine.wordings import TextTemplate
from booking.sentences import N_, Sentence

SUBJECTS: dict[TextTemplate, Sentence] = {
    TextTemplate.CODE: N_("Code for sign-in"),
    TextTemplate.ANSWER: N_("Lecture that waits for an answer"),
    TextTemplate.CALENDAR: N_("Change of a lecture"),
    TextTemplate.REMINDER: N_("Reminder of a lecture"),
}

STATES: dict[str, Sentence] = {
    "confirmed": N_("is confirmed"),
    "moved": N_("has a new time"),
    "taken_over": N_("is now yours"),
    "handed_over": N_("is no longer yours"),
    "replaced": N_("has another instructor"),
    "cancelled": N_("is cancelled"),
    "undone": N_("is as it was before"),
}
"""What became of a lecture, by the mail that says so: six Chinese characters at most."""
