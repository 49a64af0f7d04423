"""Language and time zone of the current request, and formatting of dates and times."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.units import format_unit
from flask import Flask, current_app, has_request_context, session
from flask_babel import format_date, get_locale, gettext, ngettext
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from booking import catalogues, clock, sentences
from booking.sentences import Sentence

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

NOON_AND_DUSK = (720, 1080)
"""The minutes of the day at which afternoon and evening begin, by default."""

Limits = tuple[int, int]
"""The minutes of the day at which afternoon and evening begin, as a region sets them."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What an installation has chosen: functions, for it may change while the program runs."""

    languages: Callable[[], tuple[str, ...]]
    """The languages of the pages, the default first."""
    zone: Callable[[], str]
    """The IANA name of the time zone."""
    words: Callable[[], Mapping[str, str]]
    """Words of the Chinese catalogue, and what takes their place."""
    site_name: Callable[[], tuple[str, str]]
    """The name of the installation on Chinese and on English pages; empty ones are usual."""


def _preferences() -> Preferences:
    preferences: Preferences = current_app.extensions["preferences"]
    return preferences


def site_name() -> str:
    """The name of the installation in the current language, by default that of the product."""
    name, name_en = _preferences().site_name()
    chosen = name if is_chinese() else name_en or name
    return chosen or str(gettext("Yueke"))


def with_site_name(about: str) -> str:
    """约课：您的密码已修改, as the subject of a mail."""
    return f"{site_name()}{colon()}{about}"


def mail_subject(about: Sentence) -> LazyString:
    """The same for a library that keeps the subject: translated when it is rendered."""
    return LazyString(lambda: with_site_name(str(about)))


def languages() -> tuple[str, ...]:
    """The languages of this installation, the default first."""
    return _preferences().languages()


def selected_language() -> str:
    """The language stored in the session, or the installation's default.

    Accept-Language is ignored, so that a shared URL shows the same page to every reader; a switch
    of language is on every page.
    """
    return chosen_language() or languages()[0]


def chosen_language() -> str | None:
    """The language stored in the session, or None."""
    chosen = session.get("language") if has_request_context() else None
    return chosen if chosen in languages() else None


def is_chinese() -> bool:
    """Whether the current locale is Chinese."""
    locale = get_locale()
    return locale is not None and locale.language == "zh"


def zone() -> ZoneInfo:
    """The time zone of this installation."""
    return ZoneInfo(_preferences().zone())


def today() -> date:
    """Today's date in the installation's zone."""
    return clock.now().astimezone(zone()).date()


def local(instant: datetime) -> datetime:
    """An instant in the time zone of the installation."""
    return instant.astimezone(zone())


def format_day(day: date) -> str:
    """2026年12月2日（周三）, or Wed 2 Dec 2026."""
    if is_chinese():
        return f"{day.year}年{day.month}月{day.day}日（周{WEEKDAYS_ZH[day.weekday()]}）"
    return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]} {day.year}"


def format_plain_day(day: date) -> str:
    """2026年12月2日, or 2 December 2026: as papers write a day, without the day of the week."""
    return str(format_date(day, "yyyy年M月d日" if is_chinese() else "d MMMM yyyy"))


def format_short_day(day: date) -> str:
    """12月2日 周三, or Wed 2 Dec."""
    if is_chinese():
        return f"{day.month}月{day.day}日 周{WEEKDAYS_ZH[day.weekday()]}"
    return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]}"


def format_month(day: date) -> str:
    """2026年12月, or December 2026: the month of a day."""
    return str(format_date(day, "yyyy年M月" if is_chinese() else "MMMM yyyy"))


def format_weekday(weekday: int) -> str:
    """周三, or Wed; 0 is Monday."""
    return f"周{WEEKDAYS_ZH[weekday]}" if is_chinese() else WEEKDAYS_EN[weekday]


def _is_ambiguous(moment: datetime) -> bool:
    """Whether this local time is ambiguous, because clocks are put back."""
    first, second = (moment.replace(fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def format_clock(moment: datetime) -> str:
    """A local time, 9:00 in Chinese and 09:00 in English; with its offset if it is ambiguous."""
    text = f"{moment.hour}:{moment:%M}" if is_chinese() else f"{moment:%H:%M}"
    return f"{text} (UTC{moment.isoformat()[-6:]})" if _is_ambiguous(moment) else text


def name_instant(instant: datetime) -> str:
    """An instant as part of a URL: 2026-12-02T09:00 in local time.

    With its offset if the local time is ambiguous, so that a URL identifies one instant.
    """
    moment = local(instant)
    shown = moment if _is_ambiguous(moment) else moment.replace(tzinfo=None)
    return shown.isoformat(timespec="minutes")


def format_minute(minute: int) -> str:
    """A minute of the day as HH:MM; 1440 is 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def format_length(minutes: int) -> str:
    """A length of time in hours and minutes: 5小时30分钟, 5 hr 30 min."""
    locale, (hours, rest) = get_locale(), divmod(minutes, 60)
    parts = [
        format_unit(number, f"duration-{unit}", length="short", locale=locale)
        for number, unit in ((hours, "hour"), (rest, "minute"))
        if number or (unit == "minute" and not hours)
    ]
    return space().join(parts)


DAWN_HOUR, NOON_HOUR = 6, 12


def _half_day(moment: datetime, limits: Limits) -> str:
    """The part of the day that is said before hours counted to twelve; empty at midnight."""
    minute = moment.hour * 60 + moment.minute
    if moment.hour == NOON_HOUR:
        return "中午"
    if moment.hour < DAWN_HOUR:
        return "凌晨" if minute else ""
    if moment.hour < NOON_HOUR:
        return "上午"
    return "下午" if minute < limits[1] else "晚上"


def _half_day_clock(moment: datetime, limits: Limits, before: str = "") -> str:
    """下午2:00; without the part of the day where that is `before`, which was named already."""
    part = _half_day(moment, limits)
    text = format_clock(moment)
    if moment.hour > NOON_HOUR:
        text = text.replace(str(moment.hour), str(moment.hour - NOON_HOUR), 1)
    return text if part == before else f"{part}{text}"


def format_span(starts_at: datetime, ends_at: datetime, limits: Limits = NOON_AND_DUSK) -> str:
    """2026年12月2日（周三）下午2:00—3:30, or Wed 2 Dec 2026, 14:00–15:30.

    `limits` are the minutes at which afternoon and evening begin in the region.
    """
    return "".join(_day_and_hours(starts_at, ends_at, limits))


def unbroken_span(starts_at: datetime, ends_at: datetime, limits: Limits = NOON_AND_DUSK) -> Markup:
    """`format_span` as HTML that can wrap only between the day and the hours."""
    day, hours = _day_and_hours(starts_at, ends_at, limits)
    return Markup('{}<span class="hours">{}</span>').format(day, hours)


def _day_and_hours(starts_at: datetime, ends_at: datetime, limits: Limits) -> tuple[str, str]:
    start, end = local(starts_at), local(ends_at)
    day, last = format_day(start.date()), ""
    if end.date() != start.date() and end != start.replace(hour=0, minute=0) + timedelta(days=1):
        last = format_day(end.date())
    if is_chinese():
        finish = _half_day_clock(end, limits, "" if last else _half_day(start, limits))
        return day, f"{_half_day_clock(start, limits)}—{last}{finish}"
    return f"{day}, ", f"{format_clock(start)}–{f'{last} ' if last else ''}{format_clock(end)}"


def format_instant(instant: datetime, limits: Limits | None = None) -> str:
    """An instant with its day; `limits` as in `format_span`, for the hours of a lecture.

    Without them the part of the day is left out, as in a deadline at 18:00.
    """
    moment = local(instant)
    if is_chinese():
        hours = _half_day_clock(moment, limits) if limits else format_clock(moment)
        return f"{format_day(moment.date())}{hours}"
    return f"{format_day(moment.date())}, {format_clock(moment)}"


def data_name(name: str, name_en: str | None) -> str:
    """The name of a region or field in the current language."""
    return name if is_chinese() or not name_en else name_en


def colon() -> str:
    """The colon between a name and its value, in the current language."""
    return "：" if is_chinese() else ": "


def space() -> str:
    """What stands between two sentences, and after a colon, in the current language."""
    return "" if is_chinese() else " "


def dash(*, spaced: bool = False) -> str:
    """The dash between two hours, or with `spaced` between two days, in the current language."""
    if is_chinese():
        return "—"
    return " – " if spaced else "–"


def listed(items: Iterable[str]) -> str:
    """The items as a list separated by commas, in the current language."""
    return ("、" if is_chinese() else ", ").join(items)


def translate(sentence: Sentence) -> str:
    """The sentence translated to the current language, with its values."""
    if sentence.plural is not None:
        return str(ngettext(sentence.text, sentence.plural, sentence.count))
    values = {name: _value(value) for name, value in sentence.values}
    return str(gettext(sentence.text, **values))


def _value(value: object) -> object:
    if isinstance(value, datetime):
        return format_instant(value)
    return format_day(value) if isinstance(value, date) else value


def join_sentences(translated: Iterable[str]) -> str:
    """The translated sentences as one text, in the current language."""
    return ("" if is_chinese() else " ").join(translated)


def first_sentence(text: str) -> str:
    """The first sentence without its full stop: the title of a page that tells more below."""
    return re.split(r"。|\.(?=\s|$)", text, maxsplit=1)[0]


_HAN = re.compile("[\u3400-\u9fff]")


def language_tag_of(text: str) -> str:
    """The language of a text that the page did not translate, by its script (BCP 47)."""
    return "zh-CN" if _HAN.search(text) else "en"


def with_lang(text: str | None) -> str | Markup:
    """A Chinese text on a page of another language, marked as Chinese for screen readers (HTML)."""
    if not text or is_chinese() or not _HAN.search(text):
        return text or ""
    return Markup('<span lang="zh-CN">{}</span>').format(text)


def person(name: str) -> str:
    """An instructor's form of address on pages: 陈明老师, or the bare name in English."""
    return f"{name}老师" if is_chinese() else name


def init_app(app: Flask, preferences: Preferences) -> None:
    """Set up Babel, and register the translation of `Sentence`."""
    app.extensions["preferences"] = preferences
    babel = catalogues.Babel(preferences.words)
    babel.init_app(app, locale_selector=selected_language, timezone_selector=preferences.zone)
    sentences.translate_with(translate, join_sentences)
