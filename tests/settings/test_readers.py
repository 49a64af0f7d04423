"""What pages can set is read as a setting: a value from `app.config` would never change."""

from __future__ import annotations

import re

import pytest

import config
from tests.architecture import sources

RETIRED = (
    "AUDIT_DAYS", "CREDIT_HOUR_MINUTES", "LANGUAGES", "MAIL_FROM", "SIGN_IN_DAYS", "TIMEZONE",
    "TWO_FACTOR_ROLES", "WORDS",
)  # fmt: skip


@pytest.mark.parametrize("name", RETIRED)
def test_nobody_reads_it_from_the_configuration(name: str) -> None:
    read = re.compile(rf"config(\[|\.get\()[\"']{name}[\"']")
    found = [
        path.as_posix()
        for path in sources.python_files()
        if read.search((config.ROOT / path).read_text(encoding="utf-8"))
    ]
    assert found == []


def test_only_one_module_reads_the_url_of_the_mail_server() -> None:
    found = [
        path.as_posix()
        for path in sources.python_files()
        if 'config["SMTP_URL"]' in (config.ROOT / path).read_text(encoding="utf-8")
    ]
    assert found == ["booking/settings/mail_server.py"]
