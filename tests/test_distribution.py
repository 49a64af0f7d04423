"""`make test` runs each test on one database, and what is about databases on both."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests import distribution
from tests.distribution import POSTGRESQL, SQLITE


def _item(file: str, number: int, kind: str) -> pytest.Item:
    spec = SimpleNamespace(params={"database_url": kind})
    made = SimpleNamespace(
        nodeid=f"tests/{file}::test_{number}[{kind}]", path=Path("tests", file), callspec=spec
    )
    return cast(pytest.Item, made)


def _kinds(*files: str, argument: str = "tests", tests: int = 9) -> list[list[str | None]]:
    """The databases of each test that is run, by its number."""
    items = [
        _item(file, number, kind)
        for file in files
        for number in range(tests)
        for kind in (SQLITE, POSTGRESQL)
    ]
    config = cast(pytest.Config, SimpleNamespace(args=[argument]))
    run = distribution.chosen(config, items)
    return [
        [distribution.database_of(item) for item in run if f"test_{number}[" in item.nodeid]
        for number in range(tests)
    ]


@pytest.fixture(autouse=True)
def _as_in_make_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribution, "DATABASES", False)


def test_a_test_runs_once_and_every_third_on_postgresql() -> None:
    kinds = _kinds("lectures/test_new.py")

    assert [len(of_one) for of_one in kinds] == [1] * 9
    assert sorted(str(one) for of_one in kinds for one in of_one) == [POSTGRESQL] * 3 + [SQLITE] * 6
    assert kinds == _kinds("lectures/test_new.py")


def test_a_file_with_one_test_runs_on_postgresql() -> None:
    assert _kinds("lectures/test_new.py", tests=1) == [[POSTGRESQL]]


@pytest.mark.parametrize("file", [min(distribution.BOTH), "migrations/test_new.py"])
def test_what_is_about_databases_runs_on_both(file: str) -> None:
    assert _kinds(file) == [[SQLITE, POSTGRESQL]] * 9


def test_a_file_that_is_named_runs_on_both() -> None:
    file = "lectures/test_new.py"
    assert _kinds(file, argument=f"tests/{file}::test_1") == [[SQLITE, POSTGRESQL]] * 9


def test_an_audit_runs_all_on_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribution, "DATABASES", True)
    assert _kinds("lectures/test_new.py") == [[SQLITE, POSTGRESQL]] * 9


def test_what_has_one_database_runs_on_it() -> None:
    items = [_item("lectures/test_new.py", number, SQLITE) for number in range(5)]
    config = cast(pytest.Config, SimpleNamespace(args=["tests"]))
    assert distribution.chosen(config, items) == items
