"""The dossier of a lecture as a page and as a PDF."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.guards import actor, requires
from booking.db import db
from booking.documents import files
from booking.documents.child_program import Layout, Paper
from booking.dossiers.page_numbers import page_of_pages, printed_at
from booking.dossiers.records.access import has_dossier, readable
from booking.dossiers.records.parts import Part, parts_of
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture
from booking.lectures.page.sections import Section
from booking.web.downloads import attachment


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    blueprint.add_url_rule("/lectures/<number>/dossier", "show", show)
    blueprint.add_url_rule("/lectures/<number>/dossier.pdf", "show_pdf", show_pdf)


def section_of(lecture: Lecture, who: frozenset[Party], now: datetime) -> Section | None:
    """The section of a lecture's page that leads to its dossier."""
    return Section("dossiers/_section.html") if has_dossier(lecture, who, now) else None


@requires("dossier.read")
def show(number: str) -> ResponseReturnValue:
    """All that is known of a lecture, to read and to print."""
    lecture, parts = _read(number, clock.now())
    return render_template("dossiers/dossier.html", lecture=lecture, parts=parts)


@requires("dossier.read")
def show_pdf(number: str) -> Response:
    """The same as a PDF. Raises `NoFont` and `NotPrinted` (503)."""
    now = clock.now()
    lecture, parts = _read(number, now)
    return attachment(files.pdf(paper(lecture, parts, now)), f"{title(lecture)}.pdf", files.PDF)


def _read(number: str, now: datetime) -> tuple[Lecture, list[Part]]:
    session = db.session()
    lecture, reader = readable(session, actor(), number)
    return lecture, parts_of(session, lecture, reader, now)


def title(lecture: Lecture) -> str:
    """The name of a dossier, which names its file as well."""
    return f"{_('Dossier of a lecture')} {lecture.number}"


def paper(lecture: Lecture, parts: list[Part], now: datetime) -> Paper:
    """The paper of a dossier."""
    return Paper(
        Layout.RECORD,
        title=_("Dossier of a lecture"),
        author=i18n.site_name(),
        at=now,
        chinese=i18n.is_chinese(),
        texts={
            "about": f"{lecture.number}{i18n.colon()}{lecture.title}",
            "sections": [
                {"heading": part.heading, "rows": [list(row) for row in part.rows]}
                for part in parts
            ],
            "page": page_of_pages(),
            "foot": printed_at(now),
        },
    )
