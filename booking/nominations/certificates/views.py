"""The certificate of a term, to print."""

from __future__ import annotations

import io
import re

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue

from booking import audit, clock, i18n
from booking.accounts.guards import requires
from booking.audit import About, Action, SubjectKind
from booking.availability.guards import instructor_of
from booking.availability.models import Term
from booking.db import db
from booking.errors import NotFound
from booking.instructors.engine.names import romanised
from booking.nominations.certificates.document import CertificateFacts, certificate

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule(
        "/instructors/<int:instructor_id>/terms/<int:term_id>/certificate.pdf",
        "certificate",
        print_certificate,
    )


@requires("availability.edit")
def print_certificate(instructor_id: int, term_id: int) -> ResponseReturnValue:
    """The PDF, for the instructor and for coordinators; printing it is recorded."""
    instructor = instructor_of(instructor_id, "availability.edit")
    term = db.session().get(Term, term_id)
    if term is None or term.instructor_id != instructor.id or not term.certificate:
        raise NotFound()
    facts = CertificateFacts(
        name=instructor.name,
        reading=romanised(instructor.name, instructor.name_pinyin) or "",
        workplace=instructor.workplace,
        first=term.first,
        last=term.last,
        number=term.certificate,
        installation=i18n.site_name(),
    )
    pdf = certificate(facts, now=clock.now())
    about = About(SubjectKind.INSTRUCTOR, instructor.id, instructor.name)
    audit.record_apart(
        Action.CERTIFICATE_PRINTED,
        about=about,
        region_code=instructor.region_code,
        address=request.remote_addr,
    )
    name = _UNSAFE.sub("-", term.certificate).strip("-") or str(term.id)
    return send_file(
        io.BytesIO(pdf), mimetype="application/pdf", download_name=f"certificate-{name}.pdf"
    )
