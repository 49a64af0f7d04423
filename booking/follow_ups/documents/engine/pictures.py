"""Makes a JPEG without metadata of an uploaded picture. Pure; runs in a child process.

Only the pixels are copied: the place and device that a telephone writes into a picture are gone.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from booking.follow_ups.documents.engine.kinds import MOST_BYTES

MOST_PIXELS = 50_000_000
"""Width times height: more are refused before they are decoded."""

LONGEST_SIDE = 2400
"""Pixels; a page of writing that was photographed can still be read."""

QUALITY = 80
FORMATS = ("JPEG", "PNG", "WEBP")


class UnreadablePicture(ValueError):
    """Raised for bytes of which no picture can be made."""


def plain_picture(data: bytes) -> bytes:
    """An upright JPEG of at most `LONGEST_SIDE` pixels; raises `UnreadablePicture`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _plain_picture(data)
    except Exception:  # Decoders raise whatever they like for bytes that are no picture.
        raise UnreadablePicture from None


def _plain_picture(data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise UnreadablePicture
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise UnreadablePicture
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        pixels = ImageOps.exif_transpose(opened).convert("RGBA")
        pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    plain = Image.new("RGB", pixels.size, "white")
    plain.paste(pixels, mask=pixels.getchannel("A"))
    written = io.BytesIO()
    plain.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()
