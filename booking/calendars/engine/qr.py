"""An address as a QR code. Pure."""

import segno


def qr_data_uri(text: str) -> str:
    """An SVG picture as a data URI, for an <img>."""
    return str(segno.make(text, error="m").svg_data_uri(scale=5, border=2))
