"""The paper of a certificate of service."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from booking import i18n
from booking.documents import files
from booking.documents.child_program import Layout, Paper
from booking.dossiers.names import paper_name
from booking.dossiers.service_certificates.models import ServiceCertificate


def grouped(code: str) -> str:
    """A code in groups of five, as it stands on paper."""
    return "-".join(code[at : at + 5] for at in range(0, len(code), 5))


def sentence(certificate: ServiceCertificate) -> str:
    """What the paper says, which the page that checks it repeats."""
    return str(
        _(
            "This certifies that %(name)s gave %(lectures)s lectures with %(hours)s credit hours "
            "in %(year)s, as recorded by %(day)s.",
            name=paper_name(certificate.instructor),
            lectures=certificate.lectures,
            hours=f"{certificate.credit_hours.normalize():f}",
            year=certificate.year,
            day=_day(certificate),
        )
    )


def _day(certificate: ServiceCertificate) -> str:
    return i18n.format_plain_day(i18n.local(certificate.issued_at).date())


def pdf(certificate: ServiceCertificate) -> bytes:
    """The PDF. Raises `NoFont` and `NotPrinted` (503)."""
    address = url_for("dossiers.check_certificate", _external=True)
    return files.pdf(
        Paper(
            Layout.CERTIFICATE,
            title=_("Certificate of service"),
            author=i18n.site_name(),
            at=certificate.issued_at,
            chinese=i18n.is_chinese(),
            texts={
                "text": sentence(certificate),
                "issuer": i18n.site_name(),
                "day": _day(certificate),
                "notes": [
                    _("Number of the certificate: %(number)s", number=certificate.number),
                    _(
                        "To check it: %(address)s, code %(code)s",
                        address=address,
                        code=grouped(certificate.code),
                    ),
                ],
            },
        )
    )
