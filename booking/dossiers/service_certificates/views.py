"""Certificates of service: an instructor's years, the paper, and the public page to check it."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import actor, authorise, requires
from booking.db import db, unit_of_work
from booking.documents.files import PDF
from booking.dossiers.names import paper_name
from booking.dossiers.service_certificates import document, queries, service
from booking.dossiers.service_certificates.errors import NoSuchCertificate
from booking.dossiers.service_certificates.models import ServiceCertificate
from booking.errors import DomainError, NotFound
from booking.instructors.models import Instructor
from booking.web.downloads import attachment
from booking.web.problems import on_page
from booking.web.request_limits import limited

LONGEST_CODE = 40


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    one = "/instructors/<int:instructor_id>/service"
    blueprint.add_url_rule(one, "certificates", certificates)
    blueprint.add_url_rule(
        f"{one}/<int:year>", "issue_certificate", issue_certificate, methods=["POST"]
    )
    blueprint.add_url_rule(f"{one}/<int:certificate_id>.pdf", "certificate_pdf", certificate_pdf)
    blueprint.add_url_rule("/certificates", "check_certificate", check_certificate)


@requires("dossier.instructor")
def certificates(instructor_id: int) -> ResponseReturnValue:
    """The years in which somebody lectured, and the certificates that were issued."""
    return _page(_instructor(instructor_id))


def _page(instructor: Instructor, refusal: DomainError | None = None) -> ResponseReturnValue:
    session = db.session()
    page = render_template(
        "dossiers/certificates.html",
        instructor=instructor,
        name=paper_name(instructor),
        years=queries.years(session, instructor.id, i18n.zone()),
        issued=queries.issued(session, instructor.id),
        refusal=refusal,
    )
    return page, 200 if refusal is None else refusal.status


@requires("dossier.instructor")
def issue_certificate(instructor_id: int, year: int) -> ResponseReturnValue:
    """Issue the certificate of a year; where the figures still hold, it is the one there is."""
    instructor = _instructor(instructor_id)
    try:
        with unit_of_work() as session:
            number = service.issue(
                session,
                session.get_one(Instructor, instructor_id),
                year,
                user_id=actor().user_id,
                now=clock.now(),
                zone=i18n.zone(),
            ).number
    except on_page(DomainError) as refusal:
        return _page(instructor, refusal)
    flash(_("Certificate %(number)s is ready to print.", number=number), "success")
    return redirect(url_for("dossiers.certificates", instructor_id=instructor_id), 303)


@requires("dossier.instructor")
def certificate_pdf(instructor_id: int, certificate_id: int) -> Response:
    """The paper. Raises `NoFont` and `NotPrinted` (503)."""
    instructor = _instructor(instructor_id)
    found = db.session().get(ServiceCertificate, certificate_id)
    if found is None or found.instructor_id != instructor.id:
        raise NotFound()
    return attachment(document.pdf(found), f"{_('Certificate of service')} {found.number}.pdf", PDF)


@requires("public")
@limited("certificate")
def check_certificate() -> ResponseReturnValue:
    """Whether a paper is genuine, for everybody who holds it: what it says, and no more."""
    typed = request.args.get("code", "")[:LONGEST_CODE]
    found, refusal = None, None
    if typed.strip():
        try:
            found = queries.by_code(db.session(), typed)
        except on_page(NoSuchCertificate) as error:
            refusal = error
    page = render_template(
        "dossiers/check.html",
        typed=typed,
        found=found,
        sentence=document.sentence(found) if found is not None else "",
        refusal=refusal,
    )
    return page, 200 if refusal is None else refusal.status


def _instructor(instructor_id: int) -> Instructor:
    instructor = db.session().get(Instructor, instructor_id)
    if instructor is None:
        raise NotFound()
    subject = Subject(instructor_id=instructor.id, region_codes=frozenset({instructor.region_code}))
    authorise("dossier.instructor", subject)
    return instructor
