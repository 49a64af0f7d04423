"""The blueprint of nominations: its pages lie in the folders beside this module."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from booking.nominations import words
from booking.nominations.application import views as application_views
from booking.nominations.certificates import views as certificate_views
from booking.nominations.departures import views as departure_views
from booking.nominations.renewals import views as renewal_views
from booking.nominations.review import views as review_views

blueprint = Blueprint("nominations", __name__)

for pages in (
    application_views,
    review_views,
    renewal_views,
    departure_views,
    certificate_views,
):
    pages.register(blueprint)


@blueprint.app_context_processor
def labels() -> dict[str, Any]:
    """What templates call states, commands and origins of nominations."""
    return {
        "NOMINATION_STATES": words.NOMINATION_STATES,
        "NOMINATION_MARKS": words.NOMINATION_MARKS,
        "NOMINATION_LOOKS": words.NOMINATION_LOOKS,
        "NOMINATION_NEXT": words.NOMINATION_NEXT,
        "NOMINATION_DONE": words.NOMINATION_DONE,
        "ORIGINS": words.ORIGINS,
    }
