"""The page that answers: who can teach this, here, then?"""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from booking import clock, i18n
from booking.accounts.guards import requires
from booking.accounts.queries import all_regions
from booking.availability.queries import unofficial_years
from booking.db import db
from booking.directory import queries, service
from booking.directory.addresses import parameters, read_need
from booking.directory.asker import own_organisation, own_region
from booking.directory.words import NEARBY, PARTS_OF_DAY, REASONS
from booking.errors import Invalid
from booking.instructors.vocabulary import Audience, Format


def register(blueprint: Blueprint) -> None:
    """Add the page to the feature's blueprint."""
    blueprint.add_url_rule("/match", "match", match)


@requires("directory.search")
def match() -> ResponseReturnValue:
    """The question, and below it the answer; the address can be shared."""
    session = db.session()
    refusal, answer = None, None
    try:
        need = read_need(
            session,
            request.args,
            today=i18n.today(),
            organisation_id=own_organisation(),
            here=own_region(),
        )
        if request.args:
            answer = service.find(session, need, now=clock.now(), zone=i18n.zone())
    except Invalid as error:
        refusal = error
    regions = all_regions(session)
    page = render_template(
        "directory/match.html",
        typed=request.args,
        refusal=refusal,
        answer=answer,
        address=parameters,
        places={one.code: i18n.data_name(one.name, one.name_en) for one in regions},
        fields=queries.top_fields(session),
        regions=regions,
        audiences=list(Audience),
        formats=list(Format),
        parts=PARTS_OF_DAY,
        unofficial=unofficial_years(session, i18n.today(), answer.need.last) if answer else [],
        REASONS=REASONS,
        NEARBY=NEARBY,
    )
    return page, 200 if refusal is None else refusal.status
