"""Readers that other people use see in our feed exactly the lectures that we wrote."""

from pathlib import Path

import pytest

from tests.clients import npm
from tests.clients.judges import (
    JUDGES,
    Judge,
    JudgeMissing,
    Refused,
    Seen,
    judge_all,
    judge_one,
)
from tests.clients.sample import expected_of, feed_of, sample_facts

FACTS = sample_facts()
FEED = feed_of(FACTS)
EXPECTED = expected_of(FACTS)
each_judge = pytest.mark.parametrize("judge", JUDGES, ids=lambda judge: judge.__name__)


def test_sample_is_worth_judging() -> None:
    assert (len(FACTS), len({one.uid for one in FACTS})) == (72, 72)
    assert {one.status for one in FACTS} == {"CONFIRMED", "TENTATIVE", "CANCELLED"}
    assert {one.sequence for one in FACTS} == {0, 1}
    assert {one.zone for one in FACTS} == {"Asia/Shanghai", "America/New_York"}


@each_judge
def test_judge_sees_what_was_written(judge: Judge) -> None:
    assert judge_one(judge, FEED) == EXPECTED


@each_judge
def test_judge_notices_another_hour(judge: Judge) -> None:
    spoiled = FEED.replace(b":20260901T090000\r\n", b":20260901T080000\r\n")

    assert judge_one(judge, spoiled) != EXPECTED


@each_judge
def test_judge_reads_an_empty_feed(judge: Judge) -> None:
    assert judge_one(judge, feed_of([])) == []


@pytest.mark.parametrize("judge", JUDGES[:1], ids=["ical_js"])
def test_thunderbird_refuses_a_zone_without_definition(judge: Judge) -> None:
    start, end = FEED.index(b"BEGIN:VTIMEZONE"), FEED.index(b"BEGIN:VEVENT")

    with pytest.raises(Refused):
        judge_one(judge, FEED[:start] + FEED[end:])


def test_missing_judge_is_a_failure_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="absent: install it"):
        judge_one(absent, FEED)


def test_missing_judge_is_a_visible_skip_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="absent: install it"):
        judge_one(absent, FEED)


def test_machine_without_node_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(npm.NotInstalled, match="install node 20 and npm"):
        npm.install(tmp_path)


def test_all_judges_are_asked_although_one_is_missing() -> None:
    with pytest.raises(AssertionError, match="lying"):
        judge_all(FEED, EXPECTED, judges=[absent, lying])


def absent(feed: bytes) -> list[Seen]:
    """A judge that no machine has."""
    raise JudgeMissing("install it")


def lying(feed: bytes) -> list[Seen]:
    """A judge that sees nothing."""
    return []
