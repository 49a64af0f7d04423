"""`make test` runs a part of many cases, each on one database; what is about databases on both."""

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
    monkeypatch.setattr(distribution, "CASES", False)


def test_a_test_runs_once_and_every_third_on_postgresql() -> None:
    kinds = _kinds("lectures/test_new.py")

    assert [len(of_one) for of_one in kinds] == [1] * 9
    assert sorted(str(one) for of_one in kinds for one in of_one) == [POSTGRESQL] * 3 + [SQLITE] * 6
    assert kinds == _kinds("lectures/test_new.py")


def test_a_file_with_one_test_runs_on_postgresql() -> None:
    assert _kinds("lectures/test_new.py", tests=1) == [[POSTGRESQL]]


@pytest.mark.parametrize("file", [min(distribution.BOTH), "outbox/test_new.py"])
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


def _case(file: str, number: int, kind: str) -> pytest.Item:
    params = {"database_url": kind} if kind else {}
    nodeid = f"tests/{file}::test_it[{number}-{kind}]"
    spec = SimpleNamespace(params=params)
    return cast(
        pytest.Item, SimpleNamespace(nodeid=nodeid, path=Path("tests", file), callspec=spec)
    )


def _cases(file: str, number: int, *kinds: str, argument: str = "tests") -> list[str]:
    """The names of the cases that are run of so many."""
    items = [_case(file, one, kind) for one in range(number) for kind in kinds]
    config = cast(pytest.Config, SimpleNamespace(args=[argument]))
    return [item.nodeid.partition("[")[2][:-1] for item in distribution.chosen(config, items)]


@pytest.mark.parametrize(("all_of_them", "some"), [(1, 1), (6, 6), (7, 6), (20, 6), (30, 10)])
def test_of_many_cases_few_run(all_of_them: int, some: int) -> None:
    file = "lectures/test_new.py"
    names = _cases(file, all_of_them, SQLITE, POSTGRESQL)
    assert len(names) == some
    assert len({name.partition("-")[0] for name in names}) == some
    assert names == _cases(file, all_of_them, SQLITE, POSTGRESQL)


def test_a_case_about_databases_runs_on_both() -> None:
    names = _cases("outbox/test_new.py", 20, SQLITE, POSTGRESQL)
    numbers = [name.partition("-")[0] for name in names]
    assert [numbers.count(number) for number in sorted(set(numbers))] == [2] * 6


def test_cases_in_a_browser_are_few_and_of_what_only_computes_all_run() -> None:
    assert len(_cases("chromium/test_new.py", 30, "")) == 10
    assert len(_cases("chromium/test_new.py", 5, "")) == 2
    assert len(_cases("lectures/test_new.py", 30, "")) == 30


def test_all_cases_run_where_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    file = "lectures/test_new.py"
    assert len(_cases(file, 30, SQLITE, POSTGRESQL, argument=f"tests/{file}")) == 60
    monkeypatch.setattr(distribution, "CASES", True)
    assert len(_cases(file, 30, SQLITE, POSTGRESQL)) == 30
    monkeypatch.setattr(distribution, "DATABASES", True)
    assert len(_cases(file, 30, SQLITE, POSTGRESQL)) == 60
