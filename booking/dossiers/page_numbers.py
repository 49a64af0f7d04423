"""What stands at the foot of each page of a paper."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from booking import i18n


def page_of_pages() -> str:
    """第{page}页，共{pages}页: the typesetter fills in the numbers."""
    return str(_("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"))


def printed_at(now: datetime) -> str:
    """The name of the installation, and as of when the paper is."""
    as_of = _("As of %(instant)s", instant=i18n.format_instant(now))
    return f"{i18n.site_name()}{i18n.space()} {as_of}".strip()
