"""Sentences of refusals: translated when they are read, and never taken for HTML."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale

from booking.sentences import N_, Paragraph, plural
from booking.sentences import Sentence as S

READ = N_("There is nothing at this address.")
DAY = N_(
    "%(day)s is a day off (%(holiday)s) on which the instructor does not teach. "
    "Choose another day.",
    day=date(2027, 1, 1),
    holiday="元旦",
)
LATER = N_(
    "The next time that leaves enough for the way: %(time)s.",
    time=datetime(2026, 11, 26, 1, 0, tzinfo=UTC),
)
WAIT = (
    "Too many wrong passwords. Wait %(num)s minute, then try again, or set a new password by mail.",
    "Too many wrong passwords. Wait %(num)s minutes, then try again, or set a new password by "
    "mail.",
)


@pytest.mark.parametrize(
    ("sentence", "language", "told"),
    [
        (READ, "en", "There is nothing at this address."),
        (READ, "zh_Hans_CN", "该地址下没有内容。"),
        (DAY, "en", "Fri 1 Jan 2027 is a day off (元旦) on which the instructor"),
        (DAY, "zh_Hans_CN", "2027年1月1日（周五）放假（元旦），讲师不授课。"),
        (LATER, "en", "The next time that leaves enough for the way: Thu 26 Nov 2026, 09:00."),
        (plural(*WAIT, 1), "en", "Too many wrong passwords. Wait 1 minute, then"),
        (plural(*WAIT, 2), "en", "Too many wrong passwords. Wait 2 minutes, then"),
        (Paragraph((READ, LATER)), "en", "There is nothing at this address. The next time that"),
        (Paragraph((READ, READ)), "zh_Hans_CN", "该地址下没有内容。该地址下没有内容。"),
    ],
)
def test_it_is_read_in_the_language_of_the_moment(
    app: Flask, sentence: S, language: str, told: str
) -> None:
    with app.test_request_context(), force_locale(language):
        assert str(sentence).startswith(told)


def test_a_page_escapes_what_somebody_typed(app: Flask) -> None:
    sentence = N_("%(name)s is known in this district already.", name="<b>支部")
    with app.test_request_context(), force_locale("en"):
        page = render_template_string("{{ sentence }}", sentence=sentence)
    assert page == "&lt;b&gt;支部 is known in this district already."


def test_validators_of_libraries_take_a_sentence_as_their_message() -> None:
    sentence = N_("At most %(max)s.", max=5)
    assert sentence % {"max": 7} == sentence.format(max=7, input=9) == "At most 5."
