"""Typesets a paper from JSON; runs in a child process, as it takes memory and time.

Layouts are files of this package; data reach them as a JSON text (`sys.inputs`), whose strings
typst sets as they are. A layout imports nothing, and its root is an empty folder: typst reads no
file besides the fonts, and asks no server.
"""

from __future__ import annotations

import enum
import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from booking.documents import glyphs
from booking.text import without_controls

_LAYOUTS = Path(__file__).parent / "layouts"

Texts = str | int | None | list["Texts"] | dict[str, "Texts"]
"""What a layout reads: texts and numbers, in lists and mappings."""

_UNBROKEN = "[!-~\u2010-\u205f\u3001-\u303f\uff01-\uff65]"
_LONG_WORD = re.compile(f"({_UNBROKEN}{{20}})(?={_UNBROKEN})")
"""Letters of Latin words, and punctuation, after which no line ends."""
_NO_CHARACTERS = re.compile("[\ud800-\udfff\ufffe\uffff]")


_GLYPHS = b'#set text(font: "Noto Serif CJK SC")\n#sys.inputs.text'


class Layout(enum.StrEnum):
    """The layouts, by the names of their files."""

    CERTIFICATE = "certificate"
    """One page across: title, text, who issues it, when, and lines at the foot."""
    LISTING = "listing"
    """Pages across with one table, whose head is repeated."""
    RECORD = "record"
    """Upright pages of headings, each with names and values."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A layout and its texts; `title`, `author` and `at` are data of the file as well."""

    layout: Layout
    title: str
    author: str
    at: datetime
    chinese: bool
    texts: Mapping[str, Texts]


def question(paper: Paper, fonts: str) -> bytes:
    """The input message for `main`; `fonts` is the folder of the font."""
    values: dict[str, Texts] = {
        **paper.texts,
        "title": paper.title,
        "author": paper.author,
        "chinese": int(paper.chinese),
        "at": [paper.at.year, paper.at.month, paper.at.day],
    }
    message = {"layout": paper.layout.value, "fonts": fonts, "texts": clean(values)}
    return json.dumps(message, ensure_ascii=False).encode()


def clean(value: Texts) -> Texts:
    """The texts without what is no character, and with places where long words can be broken."""
    if isinstance(value, str):
        text = _NO_CHARACTERS.sub("", without_controls(value))
        return _LONG_WORD.sub("\\1\u200b", text)
    if isinstance(value, list):
        return [clean(one) for one in value]
    if isinstance(value, dict):
        return {name: clean(one) for name, one in value.items()}
    return value


def main(message: bytes) -> bytes:
    """The bytes of the PDF."""
    # Imported here: web processes import this module for its values.
    import typst

    asked = json.loads(message)
    layout = (_LAYOUTS / f"{Layout(asked['layout']).value}.typ").read_bytes()
    with tempfile.TemporaryDirectory() as empty:
        compiler = typst.Compiler(
            root=empty,
            font_paths=[asked["fonts"]],
            ignore_system_fonts=True,
            package_path=empty,
            package_cache_path=empty,
        )

        def all_shown(text: str) -> bool:
            # PDF/A refuses what no font has a glyph for.
            try:
                compiler.compile(_GLYPHS, sys_inputs={"text": text}, pdf_standards="a-2b")
            except typst.TypstError:
                return False
            return True

        texts = glyphs.replaced(json.dumps(asked["texts"], ensure_ascii=False), all_shown)
        made = compiler.compile(layout, format="pdf", sys_inputs={"texts": texts})
    if not isinstance(made, bytes):
        raise TypeError("typst made no single file")
    return made
