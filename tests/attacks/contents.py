"""What a response says as text: of a spreadsheet the text of its parts, of a PDF its strings."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

from pypdf.errors import PdfReadError
from werkzeug.test import TestResponse

from tests import papers


def text_of(response: TestResponse) -> str:
    """The text of a response, in which leaks are looked for."""
    if response.mimetype == "application/pdf":
        # A document that somebody uploaded may be a PDF by its first bytes only.
        with suppress(PdfReadError):
            return papers.text_of(response.data)
    is_archive = zipfile.is_zipfile(io.BytesIO(response.data))
    if "spreadsheetml" not in (response.mimetype or "") or not is_archive:
        # A file that is no text is looked through as far as it is one.
        return response.get_data().decode("utf-8", errors="replace")
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        # The theme of openpyxl has numbers that look like telephone numbers.
        parts = [name for name in archive.namelist() if "/theme/" not in name]
        return "\n".join(archive.read(name).decode(errors="replace") for name in parts)
