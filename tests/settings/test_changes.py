"""Changes of settings: stored, recorded, in force everywhere within seconds, put back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking import audit, clock, i18n
from booking.audit import AuditEntry
from booking.db import db, unit_of_work
from booking.errors import Invalid
from booking.settings import mail_server, queries, service
from booking.settings.engine.declarations import (
    INSTRUCTOR_WORD,
    LANGUAGES,
    REPLY_DAYS,
    SITE_NAME,
    TIMEZONE,
    TWO_FACTOR_ROLES,
)
from booking.settings.engine.kinds import Setting
from booking.settings.engine.mail_declarations import MAIL_PASSWORD
from booking.settings.models import StoredSetting
from booking.settings.queries import in_force
from tests import databases, factories
from tests.counting import QueryCount
from tests.databases import CHEAP
from tests.factories import Cast

ROOT = audit.By(1, "管理员")


def change(setting: Setting[Any], raw: object, **options: Any) -> bool:
    with unit_of_work() as session:
        return service.change(session, setting, raw, now=clock.now(), by=ROOT, **options)


def entries() -> list[dict[str, Any]]:
    query = select(AuditEntry).where(AuditEntry.action == audit.Action.SETTING_CHANGED)
    return [entry.detail for entry in db.session().scalars(query.order_by(AuditEntry.id))]


def test_a_change_is_in_force_at_once_recorded_and_put_back(app: Flask) -> None:
    with app.app_context():
        assert (in_force(REPLY_DAYS), change(REPLY_DAYS, "5"), in_force(REPLY_DAYS)) == (3, True, 5)
        assert not change(REPLY_DAYS, 5)
        row = db.session().get_one(StoredSetting, "reply_days")
        assert (row.value, row.changed_by, row.changed_at) == (5, "管理员", clock.now())

        with unit_of_work() as session:
            assert service.put_back(session, REPLY_DAYS, now=clock.now())
        assert in_force(REPLY_DAYS) == 3
        assert db.session().get(StoredSetting, "reply_days") is None
        assert entries() == [
            {"setting": "reply_days", "values": [3, 5]},
            {"setting": "reply_days", "values": [5, 3]},
        ]


def test_several_values_are_kept_as_a_tuple(app: Flask) -> None:
    with app.app_context():
        change(TWO_FACTOR_ROLES, ["coordinator", "admin"])
        assert in_force(TWO_FACTOR_ROLES) == ("admin", "coordinator")
        assert not change(TWO_FACTOR_ROLES, ["admin", "coordinator"])


def test_what_is_refused_changes_nothing(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(Invalid), unit_of_work() as session:
            service.change_several(
                session, {"site_name": "新名", "reply_days": "0"}, now=clock.now()
            )
        assert (in_force(SITE_NAME), in_force(REPLY_DAYS), entries()) == ("", 3, [])


def test_the_time_zone_is_chosen_at_the_first_start_only(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(Invalid) as refusal:
            change(TIMEZONE, "Asia/Urumqi")
        assert refusal.value.field == "timezone"
        assert change(TIMEZONE, "Asia/Urumqi", first=True)
        assert i18n.zone().key == "Asia/Urumqi"


def test_a_password_is_neither_stored_nor_recorded_in_clear(app: Flask) -> None:
    with app.app_context():
        change(MAIL_PASSWORD, mail_server.box().seal("geheim 甲"))
        row = db.session().get_one(StoredSetting, "mail_password")
        assert "geheim" not in str(row.value)
        assert entries() == [{"setting": "mail_password", "values": ["", "***"]}]
        assert mail_server.password() == "geheim 甲"


def test_a_stored_value_that_a_release_refuses_is_the_default(app: Flask) -> None:
    with app.app_context():
        with unit_of_work() as session:
            session.add(
                StoredSetting(key="reply_days", value=99, changed_at=clock.now(), changed_by="")
            )
            session.add(StoredSetting(key="gone", value=1, changed_at=clock.now(), changed_by=""))
        queries.forget()
        assert in_force(REPLY_DAYS) == 3


@pytest.fixture
def other(app: Flask, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Another process on the same database."""
    with databases.running(database_url, tmp_path, password_cost=CHEAP) as another:
        yield another


def test_two_processes_and_a_worker_see_a_change_within_seconds(
    app: Flask, other: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [1000.0]
    monkeypatch.setattr("booking.settings.queries.monotonic", lambda: seconds[0])

    def told() -> tuple[int, str]:
        with other.app_context():
            return in_force(REPLY_DAYS), i18n.site_name()

    assert told() == (3, "约课")
    with app.app_context():
        change(REPLY_DAYS, 7)
        change(SITE_NAME, "汀兰平台")
        assert (in_force(REPLY_DAYS), i18n.site_name()) == (7, "汀兰平台")
    assert told() == (3, "约课")  # read a moment ago
    seconds[0] += queries.FRESH_SECONDS
    assert told() == (7, "汀兰平台")


def test_one_statement_serves_all_pages_of_some_seconds(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [1000.0]
    monkeypatch.setattr("booking.settings.queries.monotonic", lambda: seconds[0])
    seen: list[str] = []
    monkeypatch.setattr(
        QueryCount, "note", lambda _self, _c, _cursor, statement, *_a, **_k: seen.append(statement)
    )
    with QueryCount.of(app):
        for _page in range(20):
            with app.app_context():
                assert in_force(REPLY_DAYS) == 3
        assert len([one for one in seen if "setting" in one]) == 1
        seconds[0] += queries.FRESH_SECONDS
        with app.app_context():
            in_force(REPLY_DAYS)
        assert len([one for one in seen if "setting" in one]) == 2


def test_without_a_database_the_last_values_stay(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        change(REPLY_DAYS, 6)
        assert in_force(REPLY_DAYS) == 6
    monkeypatch.setattr(queries, "STATEMENT", select(StoredSetting.key).where(_broken()))
    with app.app_context():
        queries.forget()
        assert in_force(REPLY_DAYS) == 6


def _broken() -> Any:
    from sqlalchemy import column

    return column("no_such_column") == 1


def test_words_of_running_pages_change(app: Flask) -> None:
    client = app.test_client()
    assert "找讲师" in client.get("/").text
    with app.app_context():
        change(INSTRUCTOR_WORD, "专家")
        change(LANGUAGES, "en,zh_Hans_CN")
        change(SITE_NAME, "汀兰平台")
    page = client.get("/").text
    assert "Find an instructor" in page
    assert "汀兰平台" in page
    assert "找专家" in client.get("/language/zh_Hans_CN", follow_redirects=True).text


def test_rules_and_limits_follow(app: Flask, people: Cast) -> None:
    with app.app_context():
        change(REPLY_DAYS, 1)
        number = factories.requested(app, people)
    from booking.lectures.models import Lecture

    with app.app_context():
        lecture = db.session().scalars(select(Lecture).where(Lecture.number == number)).one()
        assert lecture.reply_due_at == factories.at(1, 18)


class TestSetByTheMachine:
    """Variables of the environment stay in force."""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {"INSTRUCTOR_WORD": "专家", "SMTP_URL": "smtp://mail.example.org:2525"}

    def test_they_win_and_cannot_be_changed(self, app: Flask) -> None:
        with app.app_context():
            with pytest.raises(Invalid) as refusal:
                change(INSTRUCTOR_WORD, "教师")
            assert refusal.value.sentence == service.SET_BY_MACHINE
            with unit_of_work() as session:
                for key, value in (("instructor_word", "教师"), ("mail_server", "evil.example")):
                    session.add(
                        StoredSetting(key=key, value=value, changed_at=clock.now(), changed_by="")
                    )
            queries.forget()
            assert in_force(INSTRUCTOR_WORD) == "专家"
            assert mail_server.smtp_url() == "smtp://mail.example.org:2525"
