"""PostgreSQL's index of terms lets through whatever a look at the texts finds."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, Select, select, text

from booking.accounts.engine.roles import SYSTEM
from booking.db import db, unit_of_work
from booking.directory.engine.synonyms import alone
from booking.directory.search.conditions import (
    Values,
    field_values,
    has_words,
    in_field,
    letters,
    region_values,
    teaches_in,
    word_values,
)
from booking.instructors import service
from booking.instructors.engine import index_terms, names
from booking.instructors.models import Instructor
from booking.instructors.service import InstructorFacts, TopicFacts
from tests.extent import examples
from tests.factories import DISTRICT, NOW

LETTERS = st.text("急救法ab z'\\&|!:*()%_^．Ａﷺ𬱖", max_size=12)
MAY_HAVE = text("SELECT search_terms(:words, :pinyin) @@ CAST(:query AS tsquery)")
POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def with_words(*words: str) -> Select[int]:
    query = select(Instructor.id).where(*has_words(letters(alone(words))))
    return query.params(word_values(alone(words)))


def test_a_word_as_terms() -> None:
    found = {word: index_terms.query(word) for word in ("急", "急救", "急救包", "zs", "a'", "\\")}

    assert found == {
        "急": "'急'",
        "急救": "'急救'",
        "急救包": "'急救'&'救包'",
        "zs": "'zs'|'^zs':*",
        "a'": "'a'''|'^a''':*",
        "\\": "'\\\\'|'^\\\\':*",
    }


def test_codes_as_terms() -> None:
    stored = index_terms.codes(["law.civil", "law", "law"], ["990102"])
    parts = [
        index_terms.regions_under("9901"),
        index_terms.region("990000"),
        index_terms.field("Law 1%"),
    ]

    assert stored == " /law.civil /law @990102 "
    assert [part in stored for part in parts] == [True, False, False]
    assert index_terms.codes([], []) == ""
    assert index_terms.codes_query(parts) == "'^@9901':*|'^@990000'|'^/Law%201%25'"


@POSTGRESQL
@settings(
    max_examples=examples(300),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(LETTERS, LETTERS, LETTERS, st.integers(0, 30), st.integers(1, 12))
def test_what_stands_in_the_texts_is_let_through(
    app: Flask, before: str, typed: str, after: str, start: int, length: int
) -> None:
    words = names.normalise(f"{before}{typed}{after}")
    pinyin = names.phrase_tokens([before, typed, after])
    queries = names.words(typed) + names.words(words[start : start + length])
    with app.app_context():
        for word in queries:
            there = word in words or (word.isascii() and f" {word}" in pinyin)
            values = {"words": words, "pinyin": pinyin, "query": index_terms.query(word)}
            assert db.session().scalar(MAY_HAVE, values) or not there, (word, words, pinyin)
            if len(word) < 3 and not word.isascii():
                assert db.session().scalar(MAY_HAVE, values) == there


@POSTGRESQL
@pytest.mark.parametrize(
    ("condition", "values"),
    [
        (has_words(((False,),))[0], word_values((("急救",),))),
        (in_field(by_index=True), field_values("law")),
        (teaches_in(2, by_index=True), region_values(DISTRICT)),
    ],
    ids=["words", "field", "region"],
)
def test_postgresql_finds_by_terms(
    app: Flask, condition: ColumnElement[bool], values: Values
) -> None:
    query = select(Instructor.id).where(condition).params(values)
    with app.app_context():
        session = db.session()
        dialect = session.connection(execution_options={"write": True}).dialect
        session.execute(text("SET LOCAL enable_seqscan = off"))
        written = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        # What is written for the driver has each percent sign twice, and so would `text` write it.
        plan = session.scalars(text(f"EXPLAIN {written}".replace("%%", "%"))).all()
        session.rollback()
    assert any("ix_instructor_terms" in line for line in plan), plan


def test_texts_without_end_are_stored_and_found(app: Flask) -> None:
    titles = [f"{'ﷺ' * 190}{number}" for number in range(30)] + ["急救" * 100, "x" * 200]
    facts = InstructorFacts(
        "陈明", "某单位（虚构）", DISTRICT, topics=tuple(TopicFacts(title) for title in titles)
    )
    with app.app_context(), unit_of_work() as session:
        made = service.add_instructor(session, facts=facts, actor=SYSTEM, now=NOW)
        assert len(made.search_text) == index_terms.MAX_TEXT
        found = [session.scalars(with_words("陈")).all()]
    assert found == [[made.id]]
