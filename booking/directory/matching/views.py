"""The matching page: a match query, its results, and alternatives."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from booking import clock, i18n
from booking.accounts.guards import requires
from booking.accounts.queries import all_regions
from booking.availability.queries import estimated_years_ahead
from booking.db import db
from booking.directory.engine.error_collector import WrongFields
from booking.directory.engine.match_query import with_named_region
from booking.directory.matching import service as matching_service
from booking.directory.matching.query_string import parameters, preferred_rows, row_name, without
from booking.directory.matching.requester import own_match_query
from booking.directory.words import (
    NEARBY,
    PARTS_OF_DAY,
    PREFERRED_DAYS,
    PREFERRED_PARTS,
    REASONS,
)
from booking.errors import Invalid
from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import Audience, Format
from booking.instructors.queries import field_tree, public_title
from booking.visibility.guards import of_register, public_only
from booking.web.request_limits import limited

ROWS = 3
"""Minimum number of preferred-time rows in the form; a URL may have more."""

HOURS = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(8 * 60, 20 * 60 + 1, 30)]
"""The start times that the form suggests."""


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule("/match", "match", match)


@limited("search")
@requires("directory.search")
@of_register
def match() -> ResponseReturnValue:
    """The query form, and below it the results; the URL can be shared."""
    session = db.session()
    wrong: tuple[Invalid, ...] = ()
    answer = None
    typed: MultiDict[str, str] = request.args
    regions, fields = all_regions(session), field_tree(session)
    try:
        asked = own_match_query(session)
        named = [(region.code, region.name) for region in regions]
        match_query = with_named_region(asked, named)
        if match_query is not asked:
            # So that the form shows what was understood, and each condition can be left out.
            typed = MultiDict(request.args)
            typed["q"], typed["region"] = match_query.words, match_query.region_code
        if request.args:
            answer = matching_service.find(session, match_query, now=clock.now(), zone=i18n.zone())
    except WrongFields as error:
        wrong = error.wrong
    refused = {error.field: error.sentence for error in wrong}
    topic = "" if "topic" in refused else request.args.get("topic", "")
    page = render_template(
        "directory/match.html",
        typed=typed,
        rows=_rows(),
        filled_rows=[n for n, row in enumerate(preferred_rows(request.args)) if any(row)],
        wrong=refused,
        # The topic comes from a link: no control of the page is about it.
        linked_mistakes={name: refused[name] for name in refused if name != "topic"},
        answer=answer,
        address=parameters,
        without=without,
        words=names.words,
        places={region.code: i18n.data_name(region.name, region.name_en) for region in regions},
        fields=fields,
        field_names={
            field.code: i18n.data_name(field.name, field.name_en)
            for top, below in fields
            for field in (top, *below)
        },
        like_topic=_title(session, topic),
        regions=regions,
        audiences=list(Audience),
        formats=list(Format),
        parts=PARTS_OF_DAY,
        hours=HOURS,
        estimated=estimated_years_ahead(session, i18n.today(), answer.last_day) if answer else [],
        REASONS=REASONS,
        PREFERRED_DAYS=PREFERRED_DAYS,
        PREFERRED_PARTS=PREFERRED_PARTS,
        NEARBY=NEARBY,
    )
    return page, 422 if wrong else 200


def _title(session: Session, topic: str) -> str:
    """The title of the example topic; empty without one."""
    if not topic:
        return ""
    return public_title(session, int(topic), public_only=public_only()) or ""


def _rows() -> list[tuple[str, str, str, str]]:
    """The rows of preferred times: the names of both form fields, and their raw values."""
    rows = preferred_rows(request.args)
    rows += [("", "")] * (ROWS - len(rows))
    return [
        (row_name("day", number), row_name("part", number), day, part)
        for number, (day, part) in enumerate(rows)
    ]
