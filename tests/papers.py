"""Reads PDF files back: the texts of their pages, and the fonts that are embedded."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfReader


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page without any white space: lines are broken anywhere."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return ["".join(page.extract_text().replace("\u200b", "").split()) for page in pages]


def text_of(pdf: bytes) -> str:
    """The text of all pages without any white space."""
    return "".join(pages_of(pdf))


def squeezed(text: str) -> str:
    """A text as `pages_of` would have it."""
    return "".join(text.split())


def fonts_of(pdf: bytes) -> set[str]:
    """The names of the embedded fonts, without the prefix of their subset."""
    found = set()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            found.add(str(font.get_object()["/BaseFont"]).partition("+")[2])
    return found
