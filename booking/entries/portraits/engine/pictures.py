"""Makes a small JPEG without metadata of an uploaded picture. Pure; runs in a child process.

Only the pixels are copied: place, device, time and names in the file (EXIF, XMP, IPTC) are gone.
Only the child process imports this module, so that the server has no decoder loaded.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from booking.entries.portraits.engine.answers import MOST_BYTES, RefusedPicture, WhyRefused

MOST_PIXELS = 50_000_000
"""Width times height: more are refused before they are decoded."""

SIDE = 320
"""Width and height of what is stored, in pixels."""

QUALITY = 82

FORMATS = ("JPEG", "PNG", "WEBP")
"""The only formats that are opened: each decoder is code that reads strangers' bytes."""


def small_square(data: bytes) -> bytes:
    """A square JPEG of `SIDE` pixels, of the middle of the picture; raises `RefusedPicture`."""
    if len(data) > MOST_BYTES:
        raise RefusedPicture(WhyRefused.TOO_LARGE)
    try:
        with warnings.catch_warnings():
            # Pillow only warns of a picture that is a little larger than its limit.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _small_square(data)
    except RefusedPicture:
        raise
    except Exception:  # Decoders raise whatever they like for bytes that are no picture.
        raise RefusedPicture(WhyRefused.UNREADABLE) from None


def _small_square(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise RefusedPicture(WhyRefused.TOO_LARGE)
        opened.draft("RGB", (SIDE * 2, SIDE * 2))
        upright = ImageOps.exif_transpose(opened)
        pixels = ImageOps.fit(upright.convert("RGBA"), (SIDE, SIDE), Image.Resampling.LANCZOS)
    plain = Image.new("RGB", pixels.size, "white")
    plain.paste(pixels, mask=pixels.getchannel("A"))
    written = io.BytesIO()
    plain.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()
