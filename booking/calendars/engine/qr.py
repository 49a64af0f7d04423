"""QR codes. Pure."""

import segno


def qr_data_uri(text: str) -> str:
    """The QR code of a text as an SVG data URI, for an <img>."""
    return str(segno.make(text, error="m").svg_data_uri(scale=5, border=2))
