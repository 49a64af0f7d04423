"""A certificate of appointment as a PDF of one page, in the language of the reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from booking import i18n
from booking.documents import files
from booking.documents.child_program import Layout, Paper


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate says; days inclusive."""

    name: str
    reading: str
    """The pinyin, for certificates in English."""
    workplace: str
    first: date
    last: date
    number: str
    installation: str
    """The name of the installation that appoints."""


def certificate(facts: CertificateFacts, *, now: datetime) -> bytes:
    """The PDF. Raises `NoFont` and `NotPrinted` (both 503)."""
    return files.pdf(
        Paper(
            Layout.CERTIFICATE,
            title=_("Certificate of appointment"),
            author=facts.installation,
            at=now,
            chinese=i18n.is_chinese(),
            texts={
                "text": _sentence(facts),
                "issuer": facts.installation,
                "day": i18n.format_plain_day(facts.first),
                "notes": [_("Number of the certificate: %(number)s", number=facts.number)],
            },
        )
    )


def _sentence(facts: CertificateFacts) -> str:
    name = facts.name if i18n.is_chinese() or not facts.reading else f"{facts.name} {facts.reading}"
    sentence: str = _(
        "%(name)s (%(workplace)s) is hereby appointed as an instructor of the shared register "
        "for the term from %(first)s to %(last)s.",
        name=name,
        workplace=facts.workplace or "—",
        first=i18n.format_plain_day(facts.first),
        last=i18n.format_plain_day(facts.last),
    )
    return sentence
