"""Each refusal of a lecture's life has a status and a sentence in both languages, fit for JSON."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask_babel import force_locale

from booking.errors import DomainError, Forbidden
from booking.lectures.engine import errors

REFUSALS: dict[int, tuple[DomainError, ...]] = {
    403: (Forbidden(),),
    409: (
        errors.StateMovedOn(),
        errors.AlreadyBegun(),
        errors.NotOverYet(),
        errors.NothingToUndo(),
        errors.TooLateToUndo(),
        errors.TimeGone(),
        errors.RecordClosed(14),
        errors.SlotTaken(),
        errors.TooManyOpen(20),
    ),
    422: (errors.ReasonMissing(), errors.OutOfScope(), errors.TooSoon()),
}
ALL = [(status, error) for status, some in REFUSALS.items() for error in some]


@pytest.fixture
def database_url(tmp_path: object) -> str:
    """Sentences need no data."""
    return f"sqlite:///{tmp_path}/none.db"


@pytest.mark.parametrize(("status", "error"), ALL, ids=lambda one: type(one).__name__)
def test_a_refusal_in_both_languages(app: Flask, status: int, error: DomainError) -> None:
    said = {}
    with app.test_request_context():
        for language in ("en", "zh_Hans_CN"):
            with force_locale(language):
                values = {"status": error.status, "error": str(error.sentence)}
                said[language] = json.loads(json.dumps(values))
    assert {one["status"] for one in said.values()} == {status}
    english, chinese = (said[language]["error"] for language in ("en", "zh_Hans_CN"))
    assert english.endswith(".") or english.endswith("”.")
    assert chinese.endswith("。")
    assert english.isascii() or "“" in english
