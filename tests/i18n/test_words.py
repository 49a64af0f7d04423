"""Words that an installation chooses for its Chinese pages."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import factories
from tests.browser import Client
from tests.factories import CHEN, LI, WANG, Cast


@pytest.fixture
def environment() -> dict[str, str]:
    """An installation that calls its people 专家."""
    return {"INSTRUCTOR_WORD": "专家", "ACCEPT_WORD": "同意授课"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_sentence_has_the_word(app: Flask, people: Cast) -> None:
    number = factories.requested(app, people)
    pages = [
        (None, "/"),
        (None, f"/instructors/{people.chen.id}"),
        (None, "/match?q=急救"),
        (LI, f"/lectures/{number}"),
        (CHEN, "/inbox"),
        (CHEN, f"/instructors/{people.chen.id}/availability"),
        (WANG, "/board"),
        (WANG, "/register/import"),
    ]
    told = []
    for email, path in pages:
        client = Client(app)
        told.append((client.sign_in(email) if email else client).get(path).text)

    assert [path for (_email, path), text in zip(pages, told, strict=True) if "讲师" in text] == []
    assert "找专家" in told[0]
    assert "同意授课" in told[4]
    assert not any("接单" in text for text in told)
    english = Client(app).language("en").get("/").text
    assert "Find an instructor" in english


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("environment", [{}])
def test_by_default_they_are_instructors(
    app: Flask, people: Cast, environment: dict[str, str]
) -> None:
    assert "找讲师" in Client(app).get("/").text
