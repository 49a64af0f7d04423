"""Titles of the text pages, and what they say until somebody writes them."""

from __future__ import annotations

from flask_babel import force_locale

from booking.administration.texts.engine.pages import TextPage
from booking.errors import Text
from booking.sentences import N_, Sentence

TITLES: dict[TextPage, Text] = {
    TextPage.ABOUT: N_("About"),
    TextPage.PRIVACY: N_("Privacy notice"),
    TextPage.CONTACT: N_("Contact"),
}

LANGUAGE_NAMES = {"zh_Hans_CN": N_("Chinese"), "en": N_("English")}

_DEFAULTS: dict[TextPage, tuple[Sentence, ...]] = {
    TextPage.ABOUT: (
        N_(
            "Here branches find instructors of a shared register, see when they are free, and "
            "book a lecture. The instructor answers, and both calendars are told."
        ),
        N_(
            "The register is kept by the coordinators of each region. There are no rankings, "
            "points or check-ins."
        ),
        N_("The program is Yueke, which is free software under an Apache licence."),
    ),
    TextPage.PRIVACY: (
        N_(
            "We keep only what the booking of lectures needs: of instructors their name, "
            "workplace, topics and times; of branches the name of the unit and its contact; of "
            "lectures what was agreed."
        ),
        N_(
            "Telephone numbers and addresses are shown only to those who need them for a "
            "lecture. Nothing is passed on to others, and no advertising or measuring service "
            "is used."
        ),
        N_(
            "Cookies keep you signed in and remember language and colours; there are no others. "
            "Who signs in and who changes what is recorded for as long as the law and the "
            "settings of this installation say."
        ),
        N_(
            "By the law on personal information you may see, correct and have deleted what is kept "
            "about you. Ask those who are named under Contact."
        ),
    ),
    TextPage.CONTACT: (
        N_("Ask the coordinator of your region, who also opens accounts."),
        N_("The administrator of this installation can put a telephone number and an office here."),
    ),
}


def default_body(page: TextPage, language: str) -> str:
    """What a page says in a language until somebody writes it."""
    with force_locale(language):
        return "\n\n".join(str(sentence) for sentence in _DEFAULTS[page])
