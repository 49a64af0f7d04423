"""Language and time zone of this request, and dates as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask, current_app, has_request_context, session
from flask_babel import Babel, get_locale, gettext, ngettext
from markupsafe import Markup

from booking import clock, sentences
from booking.sentences import Sentence

babel = Babel()

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

NOON_AND_DUSK = (720, 1080)
"""The minutes of the day from which times are called afternoon and evening."""

Limits = tuple[int, int]
"""Such minutes, as a region says them."""


def languages() -> tuple[str, ...]:
    """The languages of this installation, the default first."""
    known: tuple[str, ...] = current_app.config["LANGUAGES"]
    return known


def selected_language() -> str:
    """The language chosen on this browser, or the installation's default.

    The browser's own preference is not asked: a shared address then reads the same
    for everybody, and the switch stands on every page.
    """
    return chosen_language() or languages()[0]


def chosen_language() -> str | None:
    """The language that was chosen on this browser, if one was."""
    chosen = session.get("language") if has_request_context() else None
    return chosen if chosen in languages() else None


def is_chinese() -> bool:
    """Whether texts are being written in Chinese now."""
    locale = get_locale()
    return locale is not None and locale.language == "zh"


def zone() -> ZoneInfo:
    """The time zone of this installation."""
    return ZoneInfo(current_app.config["TIMEZONE"])


def today() -> date:
    """Today's date in the installation's zone."""
    return clock.now().astimezone(zone()).date()


def local(instant: datetime) -> datetime:
    """An instant as wall-clock time of the installation."""
    return instant.astimezone(zone())


def format_day(day: date) -> str:
    """2026年12月2日（周三）, or Wed 2 Dec 2026."""
    if is_chinese():
        return f"{day.year}年{day.month}月{day.day}日（周{WEEKDAYS_ZH[day.weekday()]}）"
    return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]} {day.year}"


def format_short_day(day: date) -> str:
    """12月2日 周三, or Wed 2 Dec."""
    if is_chinese():
        return f"{day.month}月{day.day}日 周{WEEKDAYS_ZH[day.weekday()]}"
    return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]}"


def format_weekday(weekday: int) -> str:
    """周三, or Wed; 0 is Monday."""
    return f"周{WEEKDAYS_ZH[weekday]}" if is_chinese() else WEEKDAYS_EN[weekday]


def _comes_twice(moment: datetime) -> bool:
    """Whether clocks show this local time again, when they have been put back."""
    first, second = (moment.replace(fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def format_clock(moment: datetime) -> str:
    """9:00 in Chinese, 09:00 in English, of a local time; with the offset if it comes twice."""
    text = f"{moment.hour}:{moment:%M}" if is_chinese() else f"{moment:%H:%M}"
    return f"{text} (UTC{moment.isoformat()[-6:]})" if _comes_twice(moment) else text


def name_instant(instant: datetime) -> str:
    """An instant within an address: 2026-12-02T09:00 in local time.

    With its offset where clocks show that time twice, so that one address is one instant.
    """
    moment = local(instant)
    shown = moment if _comes_twice(moment) else moment.replace(tzinfo=None)
    return shown.isoformat(timespec="minutes")


def format_minute(minute: int) -> str:
    """A minute of the day as HH:MM; 1440 is 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _half_day(moment: datetime, limits: Limits) -> str:
    minute = moment.hour * 60 + moment.minute
    if minute < limits[0]:
        return "上午"
    return "下午" if minute < limits[1] else "晚上"


def format_span(starts_at: datetime, ends_at: datetime, limits: Limits = NOON_AND_DUSK) -> str:
    """2026年12月2日（周三）上午9:00—10:30, or Wed 2 Dec 2026, 09:00–10:30.

    `limits` are the minutes at which afternoon and evening begin, where a region says so.
    """
    return "".join(_day_and_hours(starts_at, ends_at, limits))


def unbroken_span(starts_at: datetime, ends_at: datetime, limits: Limits = NOON_AND_DUSK) -> Markup:
    """`format_span` for pages: a narrow line ends between the day and the hours only."""
    day, hours = _day_and_hours(starts_at, ends_at, limits)
    return Markup('{}<span class="hours">{}</span>').format(day, hours)


def _day_and_hours(starts_at: datetime, ends_at: datetime, limits: Limits) -> tuple[str, str]:
    start, end = local(starts_at), local(ends_at)
    finish = format_clock(end)
    if end.date() != start.date() and end != start.replace(hour=0, minute=0) + timedelta(days=1):
        finish = f"{format_day(end.date())} {finish}"
    day = format_day(start.date())
    if is_chinese():
        return day, f"{_half_day(start, limits)}{format_clock(start)}—{finish}"
    return f"{day}, ", f"{format_clock(start)}–{finish}"


def format_instant(instant: datetime, limits: Limits | None = None) -> str:
    """A point in time with its day; `limits` as in `format_span`, for the hours of a lecture.

    Without them the part of the day is not named: what is due at 18:00 is due in no evening.
    """
    moment = local(instant)
    if is_chinese():
        part = _half_day(moment, limits) if limits else ""
        return f"{format_day(moment.date())}{part}{format_clock(moment)}"
    return f"{format_day(moment.date())}, {format_clock(moment)}"


def data_name(name: str, name_en: str | None) -> str:
    """A name from the controlled lists in the reader's language."""
    return name if is_chinese() or not name_en else name_en


def colon() -> str:
    """Between a name and its value."""
    return "：" if is_chinese() else ": "


def listed(items: Iterable[str]) -> str:
    """Several names in a row."""
    return ("、" if is_chinese() else ", ").join(items)


def translate(sentence: Sentence) -> str:
    """A sentence of the catalogue with its values, as the language of the reader has them."""
    if sentence.plural is not None:
        return str(ngettext(sentence.text, sentence.plural, sentence.count))
    values = {name: _value(value) for name, value in sentence.values}
    return str(gettext(sentence.text, **values))


def _value(value: object) -> object:
    if isinstance(value, datetime):
        return format_instant(value)
    return format_day(value) if isinstance(value, date) else value


def join_sentences(translated: Iterable[str]) -> str:
    """Several sentences, one after the other."""
    return ("" if is_chinese() else " ").join(translated)


def person(name: str) -> str:
    """How a person is addressed on pages: 陈明老师, or the bare name in English."""
    return f"{name}老师" if is_chinese() else name


def init_app(app: Flask) -> None:
    """Attach Babel with our catalogues."""
    babel.init_app(
        app,
        default_locale=app.config["LANGUAGES"][0],
        default_timezone=app.config["TIMEZONE"],
        locale_selector=selected_language,
    )
    sentences.translate_with(translate, join_sentences)
