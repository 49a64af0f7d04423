"""The blueprint of contacts: its pages lie in the folders beside this module."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from booking import clock
from booking.accounts.guards import actor
from booking.contacts import words
from booking.contacts.cases import views as case_views
from booking.contacts.news import ContactNews, contact_news_of
from booking.contacts.own import views as own_views
from booking.contacts.requests import views as request_views
from booking.contacts.requests import words as request_words
from booking.contacts.threads import views as thread_views
from booking.db import db

blueprint = Blueprint("contacts", __name__)

for pages in (own_views, case_views, request_views, thread_views):
    pages.register(blueprint)


@blueprint.app_context_processor
def labels() -> dict[str, Any]:
    """What templates call states and channels, and what waits for the reader."""
    return {
        "CHANNELS": words.CHANNELS,
        "CONTACT_STATES": request_words.CONTACT_STATES,
        "CONTACT_LOOKS": request_words.CONTACT_LOOKS,
        "CONTACT_DONE": request_words.CONTACT_DONE,
        "CONTACT_PARTIES": request_words.CONTACT_PARTIES,
        "WAYS": words.WAYS,
        "contact_news": contact_news,
    }


def contact_news() -> ContactNews:
    """What waits for whoever is signed in."""
    return contact_news_of(db.session(), actor(), clock.now())
