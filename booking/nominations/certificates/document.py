"""A certificate of appointment as a PDF of one page, in the language of the reader.

The font is Noto Serif CJK (SIL Open Font License 1.1, which permits embedding) from a package of
the operating system; only the characters that occur are embedded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from flask_babel import gettext as _
from fpdf import FPDF
from fpdf.enums import Align, WrapMode, XPos, YPos

from booking import i18n
from booking.errors import DomainError
from booking.sentences import N_

SERIF = "NotoSerifCJK-Regular.ttc"
FONT_FOLDERS = (
    Path("/usr/share/fonts/opentype/noto"),  # Debian, Ubuntu: fonts-noto-cjk
    Path("/usr/share/fonts/noto-cjk"),  # Arch: noto-fonts-cjk; Alpine: font-noto-cjk
    Path("/usr/share/fonts/google-noto-cjk"),  # openEuler, CentOS: google-noto-serif-cjk-ttc-fonts
)
SIMPLIFIED = 2
"""The number of the Simplified Chinese font in the collection."""

WIDTH, HEIGHT, MARGIN = 297, 210, 38
"""Millimetres; A4 on its side."""

DEEP, PALE, INK = (150, 32, 28), (206, 160, 110), (30, 30, 30)
"""Colours of the frame's lines and of the text: red, gold, nearly black."""


class NoFont(DomainError):
    """The server has no font with Chinese characters that may be embedded."""

    status = 503
    sentence = N_(
        "The certificate cannot be printed, as this server has no Chinese font. Ask the "
        "administrator to install the package fonts-noto-cjk."
    )


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


def font_file() -> Path:
    """The font; raises `NoFont` (503)."""
    for folder in FONT_FOLDERS:
        if (folder / SERIF).is_file():
            return folder / SERIF
    raise NoFont()


def certificate(facts: CertificateFacts, *, now: datetime) -> bytes:
    """The PDF. Raises `NoFont` (503)."""
    pdf = FPDF(orientation="landscape", format="A4")
    pdf.set_creation_date(now)
    pdf.set_title(f"{_('Certificate of appointment')} {facts.number}")
    pdf.set_author(facts.installation)
    pdf.set_lang("zh-CN" if i18n.is_chinese() else "en")
    pdf.add_font("serif", fname=font_file(), collection_font_number=SIMPLIFIED)
    pdf.set_auto_page_break(False)
    pdf.set_margins(MARGIN, MARGIN, MARGIN)
    pdf.add_page()
    _frame(pdf)
    _title(pdf)
    _text(pdf, facts)
    _foot(pdf, facts)
    return bytes(pdf.output())


def _frame(pdf: FPDF) -> None:
    for inset, width, colour in ((10, 1.6, DEEP), (13, 0.5, PALE), (14.5, 0.3, PALE)):
        pdf.set_draw_color(*colour)
        pdf.set_line_width(width)
        pdf.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)


def _title(pdf: FPDF) -> None:
    chinese = i18n.is_chinese()
    pdf.set_text_color(*DEEP)
    pdf.set_font("serif", size=54 if chinese else 34)
    # A space between the two characters, as it is usual.
    words = "\u3000".join(_("Certificate of appointment")) if chinese else None
    pdf.set_y(34 if chinese else 40)
    title = words or _("Certificate of appointment")
    pdf.cell(0, 24, title, align=Align.C, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _text(pdf: FPDF, facts: CertificateFacts) -> None:
    pdf.set_text_color(*INK)
    pdf.set_y(80)
    chinese = i18n.is_chinese()
    text = _sentence(facts)
    size = _fitting(pdf, text, 78)
    pdf.set_font("serif", size=size)
    pdf.multi_cell(
        0,
        size * 0.72,
        f"\u3000\u3000{text}" if chinese else text,
        align=Align.L,
        wrapmode=WrapMode.CHAR if chinese else WrapMode.WORD,
        new_x=XPos.LMARGIN,
        new_y=YPos.NEXT,
    )


def _fitting(pdf: FPDF, text: str, height: float) -> int:
    """The largest of some sizes at which a text takes at most so many millimetres."""
    for size in (22, 20, 18, 16, 14, 12, 10):
        pdf.set_font("serif", size=size)
        lines = pdf.get_string_width(f"\u3000\u3000{text}") / (WIDTH - 2 * MARGIN) + 1.5
        if lines * size * 0.72 <= height:
            return size
    return 8


def _sentence(facts: CertificateFacts) -> str:
    name = facts.name if i18n.is_chinese() or not facts.reading else f"{facts.name} {facts.reading}"
    sentence: str = _(
        "%(name)s (%(workplace)s) is hereby appointed as an instructor of the shared register "
        "for the term from %(first)s to %(last)s.",
        name=name,
        workplace=facts.workplace or "—",
        first=_day(facts.first),
        last=_day(facts.last),
    )
    return sentence


def _day(day: date) -> str:
    """A day as certificates write it: without the day of the week."""
    if i18n.is_chinese():
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {day:%B %Y}"


def _foot(pdf: FPDF, facts: CertificateFacts) -> None:
    pdf.set_font("serif", size=14)
    pdf.set_y(158)
    pdf.cell(0, 9, facts.installation, align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.cell(0, 9, _day(facts.first), align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_font("serif", size=10)
    pdf.set_text_color(110, 110, 110)
    pdf.set_xy(MARGIN, 178)
    number = _("Number of the certificate: %(number)s", number=facts.number)
    pdf.cell(0, 8, number, align=Align.L)
