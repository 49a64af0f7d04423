"""Checks that a file is an .xlsx that is safe to unpack, before any of it is parsed."""

import io
import re
import zipfile
from collections.abc import Iterator

from booking.process.sizes import MEGABYTE
from booking.workbooks.engine.problems import FileProblem, UnreadableFile

MAX_BYTES = 5 * MEGABYTE
MAX_UNPACKED_BYTES = 100 * MEGABYTE
MAX_TAGS = 3_000_000
MAX_CELLS = 600_000
"""Limits summed over all parts; 20,000 people in 30 columns: 600,000 cells, 2,400,000 tags."""
MAX_SHEETS = 50
MAX_WORK = 40_000_000
"""Tags times sheets: openpyxl reads a part to its end for each sheet that refers to it."""
_CELL = re.compile(rb"[<:]c[\s/>]")
_SHEET = re.compile(rb"[<:]sheet[\s/>]")
_MAX_PARTS = 2_000
_CHUNK = MEGABYTE

_OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
# An encrypted .xlsx is an OLE2 container with a stream of this name ([MS-OFFCRYPTO] 2.3.4.4).
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED_PART = 0x1
"""Bit 0 of a part's general purpose flags (APPNOTE 4.4.4)."""
# Office Open XML forbids document type declarations (ECMA-376 part 2, 8.1.4), which entity
# expansion attacks need.
_DECLARATIONS = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))


def check_archive(data: bytes, filename: str) -> None:
    """Raises `UnreadableFile` unless `data` is an .xlsx container of a reasonable size."""
    if len(data) > MAX_BYTES:
        raise UnreadableFile(FileProblem.TOO_LARGE)
    if not data:
        raise UnreadableFile(FileProblem.NOTHING)
    if data.startswith(_OLE2[:4]):
        encrypted = _ENCRYPTED_STREAM in data
        raise UnreadableFile(FileProblem.ENCRYPTED if encrypted else FileProblem.OLD_XLS)
    if filename.strip().lower().endswith(".xls"):
        raise UnreadableFile(FileProblem.OLD_XLS)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(archive)
    except UnreadableFile:
        raise
    except Exception as broken:
        # zipfile raises many types for a damaged file (BadZipFile, zlib.error, struct.error, …).
        raise UnreadableFile(FileProblem.NOT_XLSX) from broken


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    # A part is never unpacked beyond the size it declares, so the declared sizes are a bound.
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise UnreadableFile(FileProblem.TOO_LARGE)
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise UnreadableFile(FileProblem.NOT_XLSX)
    tags = cells = sheets = 0
    for part in parts:
        if part.flag_bits & _ENCRYPTED_PART:
            raise UnreadableFile(FileProblem.ENCRYPTED)
        # Other compression methods decompress a whole chunk at once, whatever its size.
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableFile(FileProblem.NOT_XLSX)
        for window, new in _windows(archive, part):
            before = len(window) - new
            tags += window.count(b"<", before)
            cells += sum(1 for _ in _CELL.finditer(window, max(0, before - 2)))
            sheets += sum(1 for _ in _SHEET.finditer(window, max(0, before - 6)))
            if tags > MAX_TAGS or cells > MAX_CELLS or sheets > MAX_SHEETS:
                raise UnreadableFile(FileProblem.TOO_HARD)
            if any(declaration in window for declaration in _DECLARATIONS):
                raise UnreadableFile(FileProblem.NOT_XLSX)
    if tags * sheets > MAX_WORK:
        raise UnreadableFile(FileProblem.TOO_HARD)


def _windows(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """Yields (window, new): the unpacked part in windows that overlap by 32 bytes.

    The overlap is longer than any declaration; `new` counts the bytes at the end of the window
    that were not in the previous one.
    """
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield tail + chunk, len(chunk)
            tail = chunk[-32:]
