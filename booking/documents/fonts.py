"""The font of papers: Noto Serif CJK, from a package of the operating system.

Its licence, the SIL Open Font License 1.1, permits embedding; only the characters that occur are
embedded.
"""

from __future__ import annotations

from pathlib import Path

from booking.errors import DomainError
from booking.sentences import N_

SERIF = "NotoSerifCJK-Regular.ttc"
FONT_FOLDERS = (
    Path("/usr/share/fonts/opentype/noto"),  # Debian, Ubuntu: fonts-noto-cjk
    Path("/usr/share/fonts/noto-cjk"),  # Arch: noto-fonts-cjk; Alpine: font-noto-cjk
    Path("/usr/share/fonts/google-noto-cjk"),  # openEuler, CentOS: google-noto-serif-cjk-ttc-fonts
)


class NoFont(DomainError):
    """The server has no font with Chinese characters that may be embedded."""

    status = 503
    sentence = N_(
        "This cannot be made a PDF, as the server has no Chinese font. Ask the administrator to "
        "install the package fonts-noto-cjk."
    )


def font_folder() -> Path:
    """The folder of the font; raises `NoFont` (503)."""
    for folder in FONT_FOLDERS:
        if (folder / SERIF).is_file():
            return folder
    raise NoFont()
