"""The settings: each wrong or missing one is one clear sentence that names its variable."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import config
from booking import serve

ROOT = config.ROOT
STRONG = "k" * 32
PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": STRONG,
    "BASE_URL": "https://yueke.example.org",
}


def refused(environ: dict[str, str]) -> str:
    """The sentence with which the environment is refused."""
    with pytest.raises(config.SettingsError) as refusal:
        config.load(environ)
    return str(refusal.value)


def test_an_empty_environment_is_a_complete_development_installation(tmp_path: Path) -> None:
    settings = config.load({"INSTANCE_PATH": str(tmp_path)})

    assert settings == config.Settings(
        environment="development",
        secret_key=(tmp_path / "secret_key").read_text(),
        secret_key_fallbacks=(),
        database_url=f"sqlite:///{tmp_path}/yueke.db",
        huey_url=f"sqlite:///{tmp_path}/huey.db",
        smtp_url=None,
        mail_from="yueke@example.org",
        base_url="http://localhost:8000",
        port=8000,
        timezone="Asia/Shanghai",
        languages=("zh_Hans_CN", "en"),
        feed_plain_agents=(),
        two_factor_roles=(),
        instance=tmp_path,
    )


def test_the_development_key_is_random_private_and_kept(tmp_path: Path) -> None:
    first = config.load({"INSTANCE_PATH": str(tmp_path / "a")}).secret_key
    again = config.load({"INSTANCE_PATH": str(tmp_path / "a")}).secret_key
    other = config.load({"INSTANCE_PATH": str(tmp_path / "b")}).secret_key

    assert (first == again, first == other, len(first) >= 32) == (True, False, True)
    assert (tmp_path / "a" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_complete_production_environment_is_taken_as_it_is(tmp_path: Path) -> None:
    settings = config.load(
        PRODUCTION
        | {
            "DATABASE_URL": "postgres://u:p@db/yueke",
            "HUEY_URL": "redis://queue:6379/1",
            "SMTP_URL": "smtp+starttls://u:p@mail.example.org:587",
            "MAIL_FROM": "teach@example.org",
            "BASE_URL": "https://yueke.example.org/",
            "PORT": "9000",
            "SECRET_KEY_FALLBACKS": "old older",
            "TIMEZONE": "Europe/Berlin",
            "LANGUAGES": " en ",
            "FEED_PLAIN_AGENTS": "Outlook, ,iOS",
            "TWO_FACTOR_ROLES": "admin, Coordinator",
            "INSTANCE_PATH": str(tmp_path / "data"),
        }
    )

    assert settings == config.Settings(
        environment="production",
        secret_key=STRONG,
        secret_key_fallbacks=("old", "older"),
        database_url="postgresql+psycopg://u:p@db/yueke",
        huey_url="redis://queue:6379/1",
        smtp_url="smtp+starttls://u:p@mail.example.org:587",
        mail_from="teach@example.org",
        base_url="https://yueke.example.org",
        port=9000,
        timezone="Europe/Berlin",
        languages=("en",),
        feed_plain_agents=("outlook", "ios"),
        two_factor_roles=("admin", "coordinator"),
        instance=tmp_path / "data",
    )
    assert settings.production
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("key", [None, "", "changeme", "SECRET", "k" * 31, "default"])
def test_production_refuses_a_missing_short_or_default_key(key: str | None) -> None:
    environ = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    if key is not None:
        environ["SECRET_KEY"] = key

    assert refused(environ) == (
        "SECRET_KEY must be a random text of at least 32 characters in production: "
        "make one with `python -c 'import secrets; print(secrets.token_urlsafe(48))'`."
    )


@pytest.mark.parametrize(
    ("missing", "given"),
    [("BASE_URL", {}), ("MAIL_FROM", {"SMTP_URL": "smtp://mail.example.org:25"})],
)
def test_production_asks_for_what_it_cannot_guess(missing: str, given: dict[str, str]) -> None:
    environ = {name: value for name, value in (PRODUCTION | given).items() if name != missing}

    told = refused(environ)

    assert told.startswith(f"{missing} is missing: ")
    assert is_one_sentence(told)


WRONG = [
    ("APP_ENV", "prod"),
    ("DATABASE_URL", "mysql://host/yueke"),
    ("DATABASE_URL", "yueke.db"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "sqlite:///"),
    ("DATABASE_URL", "sqlite:////nope/x.db"),
    ("DATABASE_URL", "postgresql://u:p@host:abc/yueke"),
    ("DATABASE_URL", "postgresql+psycopg://u:p@host:70000/yueke"),
    ("HUEY_URL", "redis://queue:abc/1"),
    ("HUEY_URL", "sqlite:////nope/x.db"),
    ("SMTP_URL", "smtp://host:abc"),
    ("INSTANCE_PATH", "/proc/version/instance"),
    ("WEB_CONCURRENCY", "abc"),
    ("WEB_CONCURRENCY", "0"),
    ("HUEY_URL", "amqp://queue"),
    ("SMTP_URL", "mail.example.org"),
    ("SMTP_URL", "smtp://"),
    ("SMTP_URL", "https://mail.example.org"),
    ("MAIL_FROM", "yueke"),
    ("MAIL_FROM", "Yueke <yueke@example.org>"),
    ("MAIL_FROM", "a@example.org\nBcc: b@example.org"),
    ("BASE_URL", "yueke.example.org"),
    ("BASE_URL", "ftp://yueke.example.org"),
    ("BASE_URL", "https://"),
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "http"),
    ("PORT", "-1"),
    ("PORT", ""),
    ("TIMEZONE", "Shanghai"),
    ("TIMEZONE", "../etc/passwd"),
    ("TIMEZONE", ""),
    ("LANGUAGES", "fr"),
    ("LANGUAGES", "en,zh"),
    ("LANGUAGES", " , "),
]


@pytest.mark.parametrize(("variable", "value"), WRONG)
def test_a_wrong_setting_is_one_sentence_that_begins_with_its_name(
    variable: str, value: str, tmp_path: Path
) -> None:
    told = refused({"INSTANCE_PATH": str(tmp_path), variable: value})

    assert told.split(" ")[0] == variable
    assert is_one_sentence(told)


def is_one_sentence(text: str) -> bool:
    """One line that ends with a full stop, without a second sentence after the first."""
    return (
        re.fullmatch(r"[^\n]*[^.\n]\.", text) is not None and re.search(r"\. [A-Z]", text) is None
    )


def environment(**values: str) -> dict[str, str]:
    """This process's environment without its settings and without an outer make's flags."""
    ours = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", *documented_variables("README.md")}
    return {name: value for name, value in os.environ.items() if name not in ours} | values


def test_a_wrong_setting_stops_the_start_without_a_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env=environment(INSTANCE_PATH=str(tmp_path), TIMEZONE="Mars/Base"),
        capture_output=True,
        text=True,
    )

    sentence = "Settings: TIMEZONE is 'Mars/Base': use an IANA name such as Asia/Shanghai.\n"
    assert (done.returncode, done.stderr) == (1, sentence)


def documented_variables(page: str) -> set[str]:
    """The variables in the first column of a README's table of settings."""
    cells = re.findall(r"^\| (`[A-Z_`、, ]+`) \|", (ROOT / page).read_text(), flags=re.M)
    return {name for cell in cells for name in re.findall(r"[A-Z_]+", cell)}


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_both_readmes_list_every_setting_and_no_other(page: str) -> None:
    read = set(re.findall(r'env\.get\(\s*"([A-Z_]+)"', (ROOT / "config.py").read_text()))
    server = set(
        re.findall(r'environ\.get\(\s*"([A-Z_]+)"', (ROOT / "gunicorn.conf.py").read_text())
    )

    assert documented_variables(page) == read | server


def make(*arguments: str, **values: str) -> Any:
    """Run make in the project's folder."""
    if shutil.which("make") is None:
        pytest.skip("there is no make on this machine")
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, env=environment(**values), capture_output=True, text=True
    )


def helped() -> set[str]:
    """The targets that `make` lists."""
    return set(re.findall(r"^  make ([a-z]+) ", make().stdout, flags=re.M))


def test_make_alone_lists_every_target_with_what_it_does() -> None:
    described = re.findall(r"^([a-z]+):[^#\n]*## ", (ROOT / "Makefile").read_text(), flags=re.M)

    assert helped() == set(described)
    assert make().stdout == make("help").stdout


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", "docs/operations.md"])
def test_every_target_that_a_page_names_is_listed(page: str) -> None:
    text = (ROOT / page).read_text()
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", text, flags=re.M))

    assert named
    assert named - helped() == set()


def test_a_port_in_use_is_one_sentence_and_a_free_one_is_none() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen(1)
        port = busy.getsockname()[1]
        told = serve.port_trouble({"PORT": str(port)})
    free = serve.port_trouble({"PORT": str(port)})

    assert told == (
        f"Port {port} is in use: stop the program that uses it, or choose another, "
        f"for example `make run PORT={port % 65535 + 1}`."
    )
    assert free is None


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"PORT": "web"}, "PORT is 'web': use a number from 1 to 65535."),
        ({"PORT": "70000"}, "PORT is '70000': use a number from 1 to 65535."),
        (
            {"HOST": "192.0.2.1"},
            "HOST is '192.0.2.1', which is not an address of this machine: leave it out.",
        ),
    ],
)
def test_an_address_that_cannot_be_is_one_sentence(environ: dict[str, str], sentence: str) -> None:
    assert serve.port_trouble(environ) == sentence


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"PORT": "8123"}, "http://localhost:8123"),
        ({"PORT": "8123", "BASE_URL": "https://yueke.example.org"}, "https://yueke.example.org"),
        ({"PORT": "8123", "APP_ENV": "production"}, "none"),
    ],
)
def test_web_and_worker_know_the_same_address(
    tmp_path: Path, given: dict[str, str], told: str
) -> None:
    """honcho gives each kind of process a PORT of its own; links in mail must not follow."""
    # The first process that ends takes the other along: each waits until both have told.
    (tmp_path / "tell.py").write_text(
        "import os, pathlib, sys, time\n"
        "pathlib.Path(sys.argv[1]).write_text(os.environ.get('BASE_URL', 'none') + '\\n')\n"
        "while not all(os.path.exists(one) for one in ('web', 'worker')): time.sleep(0.02)\n"
    )
    say = f"{sys.executable} tell.py"
    (tmp_path / "Procfile").write_text(f"web: {say} web\nworker: {say} worker\n")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [sys.executable, "-I", str(ROOT / "booking" / "serve.py"), "start"],
        cwd=tmp_path,
        env={"PATH": path} | given,
        capture_output=True,
        timeout=60,
    )
    assert [(tmp_path / one).read_text() for one in ("web", "worker")] == [f"{told}\n"] * 2
