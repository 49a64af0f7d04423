"""What people are told about mail that came back, and what pages call its faults."""

from __future__ import annotations

from flask_babel import force_locale

from booking import i18n
from booking.sentences import N_, Sentence

NOTHING_TYPED = N_("It held no text beside what it quoted.")
OF_NO_SIDE = N_("Only the instructor and the branch of a lecture write to each other by mail.")
NOT_STANDING = N_(
    "A text is no answer to a request: accept or decline it on its page. You can write to each "
    "other while the lecture is confirmed, and for some days afterwards."
)
OTHER_ADDRESS = N_("It came from another address than the one to which we write to you.")
OTHER_LENGTH = N_(
    "The time that your calendar proposed is not as long as the lecture. Propose another time on "
    "its page."
)
NO_TIME = N_("Your calendar proposed another time, but did not say which.")
NOT_BY_MAIL = N_("This message cannot be answered by mail. Use the link in it.")
LEFT_OUT = N_("(A file was attached. It was not passed on.)")
ADDRESS_LEFT_OUT = N_("(A mail address was left out.)")
DECLINED_BY_CALENDAR = N_("Declined in the calendar")


def in_first_language(sentence: Sentence) -> str:
    """A sentence that becomes part of a stored text, in the installation's first language."""
    with force_locale(i18n.languages()[0]):
        return str(sentence)
