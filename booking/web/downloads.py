"""Files that a browser saves."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

from booking.text import one_line


def attachment(content: bytes, filename: str, mimetype: str) -> Response:
    """A file to save, under its name (RFC 6266, with an ASCII name for old browsers)."""
    name = one_line(filename).replace('"', "").replace("/", "-").replace("\\", "-")
    ascii_name = name.encode("ascii", "ignore").decode().strip(" .-") or "file"
    if "." not in ascii_name:
        ascii_name = f"file.{name.rpartition('.')[2]}"
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name)}"
    )
    response.headers["Cache-Control"] = "no-store"
    return response
