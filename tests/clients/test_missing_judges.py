"""A judge that is missing is told: a failure in continuous integration, a skip elsewhere."""

from pathlib import Path

import pytest

from tests.clients import npm
from tests.clients.judges import JudgeMissing, judge_all, judge_one
from tests.clients.reading import Reading

EMPTY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def test_missing_judge_is_a_failure_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="absent: install it"):
        judge_one(absent, EMPTY)


def test_missing_judge_is_a_visible_skip_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="absent: install it"):
        judge_one(absent, EMPTY)


def test_machine_without_node_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(npm.NotInstalled, match="install node 20 and npm"):
        npm.install(tmp_path)


def test_all_judges_are_asked_although_one_is_missing() -> None:
    with pytest.raises(AssertionError, match="lying: a: not read"):
        judge_all(EMPTY, {"a": {}}, judges=[absent, lying])


def absent(feed: bytes) -> Reading:
    """A judge that no machine has."""
    raise JudgeMissing("install it")


def lying(feed: bytes) -> Reading:
    """A judge that sees nothing."""
    return {}
