"""Which kind of document some bytes are, and under which name they are handed out. Pure.

Neither the name nor the type that a browser sends says anything: both can be chosen freely.
"""

from __future__ import annotations

import enum
import io
import re
import zipfile

from booking.errors import Invalid, Text
from booking.process.sizes import MEGABYTE
from booking.sentences import N_
from booking.text import one_line, visible

MOST_BYTES = 5 * MEGABYTE
LONGEST_FILENAME = 80

MOST_MEMBERS = 5000
MOST_DIRECTORY = MEGABYTE
"""Members, and bytes of the directory, of an Office file: both are read before anything else is."""


class DocumentKind(enum.StrEnum):
    """The kinds that are stored."""

    PDF = "pdf"
    JPEG = "jpg"
    WORD = "docx"
    SPREADSHEET = "xlsx"
    PRESENTATION = "pptx"


_OFFICE = "application/vnd.openxmlformats-officedocument."
MIMETYPES: dict[DocumentKind, str] = {
    DocumentKind.PDF: "application/pdf",
    DocumentKind.JPEG: "image/jpeg",
    DocumentKind.WORD: f"{_OFFICE}wordprocessingml.document",
    DocumentKind.SPREADSHEET: f"{_OFFICE}spreadsheetml.sheet",
    DocumentKind.PRESENTATION: f"{_OFFICE}presentationml.presentation",
}

UNKNOWN = N_(
    "This is no PDF, no picture (JPEG or PNG) and no Office file (.docx, .xlsx, .pptx). "
    "Save it as a PDF and choose it again."
)
OLD_OFFICE = N_(
    "This is a file of an old Office version. Save it as .docx, .xlsx, .pptx or PDF and choose it "
    "again."
)
WITH_MACROS = N_("This Office file has macros or cannot be read. Save it as a PDF instead.")
EMPTY = N_("This file is empty. Choose another one.")
TOO_LARGE = N_(
    "This file is too large: at most %(megabytes)s MB. Save it smaller, or choose "
    "some pages of it.",
    megabytes=MOST_BYTES // MEGABYTE,
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_MAIN = {
    "word/document.xml": DocumentKind.WORD,
    "xl/workbook.xml": DocumentKind.SPREADSHEET,
    "ppt/presentation.xml": DocumentKind.PRESENTATION,
}
_END, _END_LENGTH, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65535


def is_picture(content: bytes) -> bool:
    """Whether it is a JPEG, PNG or WebP, of which a picture is made anew."""
    return content.startswith(_PICTURES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def kind_of(content: bytes) -> DocumentKind:
    """What the bytes are; raises `Invalid` for the field `document`."""
    if not content:
        raise _refused(EMPTY)
    if len(content) > MOST_BYTES:
        raise _refused(TOO_LARGE)
    if is_picture(content):
        return DocumentKind.JPEG
    if content.startswith(b"%PDF-"):
        return DocumentKind.PDF
    if content.startswith(_OLE):
        raise _refused(OLD_OFFICE)
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    raise _refused(UNKNOWN)


def stored_name(sent: str, kind: DocumentKind) -> str:
    """The name under which a document is handed out: a bare name with the ending of its kind."""
    name = one_line(visible(re.split(r"[/\\]", sent[-1000:])[-1]))
    stem = re.sub(r'[<>:"|?*;%]', "", re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)).strip(" .-")
    ending = f".{kind.value}"
    return (stem[: LONGEST_FILENAME - len(ending)].rstrip(" .") or "document") + ending


def _office(content: bytes) -> DocumentKind:
    """Looks at the names in the archive's directory only; nothing is unpacked."""
    if not _is_bounded(content):
        raise _refused(WITH_MACROS)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        raise _refused(UNKNOWN) from None
    if len(names) > MOST_MEMBERS or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _refused(WITH_MACROS)
    kinds = {kind for main, kind in _MAIN.items() if main in names}
    if "[Content_Types].xml" not in names or len(kinds) != 1:
        raise _refused(UNKNOWN)
    return kinds.pop()


def _is_bounded(content: bytes) -> bool:
    """Whether the archive's directory is small (APPNOTE.TXT, section 4.3.16), without Zip64."""
    start = content.rfind(_END, max(0, len(content) - _END_LENGTH - _LONGEST_COMMENT))
    if start < 0 or len(content) < start + _END_LENGTH:
        return False
    members = int.from_bytes(content[start + 10 : start + 12], "little")
    directory = int.from_bytes(content[start + 12 : start + 16], "little")
    is_zip64 = content[max(0, start - 20) : start].startswith(b"PK\x06\x07")
    return not is_zip64 and members <= MOST_MEMBERS and directory <= MOST_DIRECTORY


def _refused(sentence: Text) -> Invalid:
    return Invalid(sentence, field="document")
