"""How pages and mails write the windows of an order."""

from __future__ import annotations

from booking import i18n
from booking.orders.engine.windows import Window, whole_day
from booking.orders.models import OrderWindow
from booking.orders.words import WINDOW_PARTS


def window_words(row: OrderWindow | Window) -> str:
    """A window in the reader's language: the day, and its part or its hours."""
    start, end = i18n.local(row.starts_at), i18n.local(row.ends_at)
    day = i18n.format_short_day(start.date())
    window = Window(row.starts_at, row.ends_at, row.part)
    if row.part or whole_day(window, i18n.zone()):
        return f"{day} {WINDOW_PARTS[row.part]}"
    last = "24:00" if end.date() > start.date() else i18n.format_clock(end)
    return f"{day} {i18n.format_clock(start)}{i18n.dash()}{last}"
