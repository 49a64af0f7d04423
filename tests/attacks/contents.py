"""What a response says as text: of a spreadsheet the text of its parts, of a PDF its strings."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from werkzeug.test import TestResponse

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_STRING = re.compile(rb"\(((?:\\.|[^\\)])*)\)", re.DOTALL)
_GLYPH = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(response: TestResponse) -> str:
    """The text of a response, in which leaks are looked for."""
    if response.mimetype == "application/pdf":
        return pdf_text(response.data)
    is_archive = zipfile.is_zipfile(io.BytesIO(response.data))
    if "spreadsheetml" not in (response.mimetype or "") or not is_archive:
        # A file that is no text is looked through as far as it is one.
        return response.get_data().decode("utf-8", errors="replace")
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        # The theme of openpyxl has numbers that look like telephone numbers.
        parts = [name for name in archive.namelist() if "/theme/" not in name]
        return "\n".join(archive.read(name).decode(errors="replace") for name in parts)


def pdf_text(pdf: bytes) -> str:
    """The strings of a PDF of fpdf2, by the ToUnicode map of each of its fonts."""
    streams = [_inflated(stream) for stream in _STREAM.findall(pdf)]
    fonts = [
        {
            code.lower(): bytes.fromhex(letter.decode()).decode("utf-16-be")
            for code, letter in _GLYPH.findall(stream)
        }
        for stream in streams
        if b"beginbfchar" in stream
    ]
    strings = [
        re.sub(rb"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), string, flags=re.DOTALL)
        for stream in streams
        if b"Tj" in stream or b"TJ" in stream
        for string in _STRING.findall(stream)
    ]
    lines = [
        "".join(font.get(code.hex().encode(), "") for code in _pairs(string))
        for font in fonts
        for string in strings
    ]
    # Once more without the ends of lines, which may be within a word.
    return "\n".join([*lines, "".join(lines)])


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream  # Not compressed.


def _pairs(string: bytes) -> list[bytes]:
    return [string[place : place + 2] for place in range(0, len(string), 2)]
