"""The settings: each wrong or missing one is one clear sentence that names its variable."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import config
from booking.cli import start

ROOT = config.ROOT
STRONG = "yMZ2-q0wVw3xXnG1rT8uKp5LdAeSbJfHc7oI"
PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": STRONG,
    "BASE_URL": "https://yueke.example.org",
    "SMTP_URL": "smtp://mail.example.org:25",
    "MAIL_FROM": "yueke@example.org",
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
        reply_maildir=None,
        base_url="http://localhost:8000",
        trusted_hosts=("localhost", "127.0.0.1"),
        trusted_addresses="loopback",
        host="127.0.0.1",
        port=8000,
        timezone="Asia/Shanghai",
        languages=("zh_Hans_CN", "en"),
        instructor_word="讲师",
        accept_word="接单",
        feed_plain_agents=(),
        expiry_limit=200,
        credit_hour_minutes=45,
        sign_in_days=30,
        rate_limits=1.0,
        rate_limit_url="memory://",
        proxies=0,
        audit_days=1095,
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
            "HOST": "0.0.0.0",
            "PORT": "9000",
            "SECRET_KEY_FALLBACKS": f"{'o' * 32} {'p' * 32}",
            "TRUSTED_HOSTS": "WWW.example.org, .约课.example",
            "TIMEZONE": "Europe/Berlin",
            "LANGUAGES": " en ",
            "INSTRUCTOR_WORD": "专家",
            "ACCEPT_WORD": "同意",
            "FEED_PLAIN_AGENTS": "Outlook, ,iOS",
            "EXPIRY_LIMIT": "500",
            "CREDIT_HOUR_MINUTES": "40",
            "RATE_LIMITS": "2",
            "PROXIES": "2",
            "AUDIT_DAYS": "200",
            "TWO_FACTOR_ROLES": "admin, Coordinator",
            "INSTANCE_PATH": str(tmp_path / "data"),
        }
    )

    assert settings == config.Settings(
        environment="production",
        secret_key=STRONG,
        secret_key_fallbacks=("o" * 32, "p" * 32),
        database_url="postgresql+psycopg://u:p@db/yueke",
        huey_url="redis://queue:6379/1",
        smtp_url="smtp+starttls://u:p@mail.example.org:587",
        mail_from="teach@example.org",
        reply_maildir=None,
        base_url="https://yueke.example.org",
        trusted_hosts=("yueke.example.org", "www.example.org", ".xn--ym0a66y.example"),
        trusted_addresses="none",
        host="0.0.0.0",
        port=9000,
        timezone="Europe/Berlin",
        languages=("en",),
        instructor_word="专家",
        accept_word="同意",
        feed_plain_agents=("outlook", "ios"),
        expiry_limit=500,
        credit_hour_minutes=40,
        sign_in_days=30,
        rate_limits=2.0,
        # Where the queue is a Redis, requests are counted in it.
        rate_limit_url="redis://queue:6379/1",
        proxies=2,
        audit_days=200,
        two_factor_roles=("admin", "coordinator"),
        instance=tmp_path / "data",
    )
    assert settings.production
    assert not (tmp_path / "data").exists()


WEAK = [
    None,
    "",
    "changeme",
    "k" * 31,
    "k" * 32,
    "k" * 500,
    "12345678" * 4,
    "0123456789abcdef" * 4,
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "qwertyuiopasdfghjklzxcvbnm123456",
    "change-me-please-change-me-0-before-you-start",
    "Change_Me!aQ9zXv7TpR4wLk2Nf8Jd5Ghs",
    "this-is-your-secret-key-of-production-94711",
]


@pytest.mark.parametrize("key", WEAK)
def test_production_refuses_a_missing_short_or_guessable_key(key: str | None) -> None:
    environ = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    if key is not None:
        environ["SECRET_KEY"] = key

    assert refused(environ) == (
        "SECRET_KEY must be a random text of at least 32 characters in production: "
        "make one with `python -c 'import secrets; print(secrets.token_urlsafe(48))'`."
    )


@pytest.mark.parametrize("key", ["a key " * 8, "密" * 40, "k" * 40 + "\n"])
@pytest.mark.parametrize("environment", ["development", "production"])
def test_a_key_that_cannot_be_listed_later_is_refused(key: str, environment: str) -> None:
    told = refused(PRODUCTION | {"APP_ENV": environment, "SECRET_KEY": key})

    assert told.startswith("SECRET_KEY contains a space or a character that is not ASCII")
    assert is_one_sentence(told)


def test_parts_of_a_key_with_spaces_are_no_earlier_keys() -> None:
    told = refused(PRODUCTION | {"SECRET_KEY_FALLBACKS": f"{STRONG} parts of a key"})

    assert told.startswith("SECRET_KEY_FALLBACKS holds a key of less than 32 characters: ")
    assert is_one_sentence(told)


@pytest.mark.parametrize("value", ["https://a.example", "a.example:80", "a/b", "a..b", "a" * 64])
def test_a_trusted_host_is_a_name(value: str) -> None:
    told = refused(PRODUCTION | {"TRUSTED_HOSTS": f"good.example {value}"})

    assert told.startswith(f"TRUSTED_HOSTS has {value!r}: ")
    assert is_one_sentence(told)


@pytest.mark.parametrize("host", ["a" * 64, "a..b", "user@a.example", "a_ b", "a.example:x"])
def test_the_public_address_needs_a_host(host: str) -> None:
    told = refused(PRODUCTION | {"BASE_URL": f"https://{host}"})

    assert told.startswith("BASE_URL ")
    assert is_one_sentence(told)


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", "loopback"), ("localhost", "loopback"), ("0.0.0.0", "any"), ("::", "any")],
)
def test_who_opens_the_port_is_reached_by_address(host: str, expected: str) -> None:
    assert config.load({"HOST": host}).trusted_addresses == expected


@pytest.mark.parametrize("make", [secrets.token_hex, secrets.token_urlsafe])
@pytest.mark.parametrize("size", [16, 24, 32, 48])
def test_random_keys_are_accepted(make: Callable[[int], str], size: int) -> None:
    for _again in range(5):
        key = make(size)
        if len(key) >= 32:
            assert config.load(PRODUCTION | {"SECRET_KEY": key}).secret_key == key


@pytest.mark.parametrize("missing", ["BASE_URL"])
@pytest.mark.parametrize("empty", [True, False])
def test_production_asks_for_what_it_cannot_guess(missing: str, empty: bool) -> None:
    environ = {name: value for name, value in PRODUCTION.items() if name != missing}
    if empty:
        environ[missing] = ""

    told = refused(environ)

    assert told.startswith(f"{missing} is missing: ")
    assert is_one_sentence(told)


def test_production_starts_without_a_mail_server(tmp_path: Path) -> None:
    environ = PRODUCTION | {"SMTP_URL": "", "MAIL_FROM": "", "INSTANCE_PATH": str(tmp_path)}
    settings = config.load(environ)

    assert (settings.smtp_url, settings.given & {"SMTP_URL", "MAIL_FROM"}) == (None, frozenset())


def test_production_refuses_an_address_without_tls() -> None:
    assert refused(PRODUCTION | {"BASE_URL": "http://yueke.example.org"}) == (
        "BASE_URL is 'http://yueke.example.org': in production it must begin with https://, "
        "because passwords and cookies travel to it."
    )


def test_everything_that_is_wrong_is_said_at_once() -> None:
    told = refused({"APP_ENV": "production", "PORT": "web", "TIMEZONE": "Mars"}).splitlines()

    assert [line.split(" ")[0] for line in told] == [
        "PORT", "BASE_URL", "SECRET_KEY", "TIMEZONE",
    ]  # fmt: skip
    assert all(is_one_sentence(line) for line in told)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("", True), ("127.0.0.1", True), ("127.8.8.8", True), ("localhost", True),
        ("::1", True), ("[::1]", True), ("0.0.0.0", False), ("::", False),
        ("192.168.1.2", False), ("yueke.example.org", False), ("localhost.example", False),
    ],
)  # fmt: skip
def test_where_the_server_listens(host: str, local: bool, tmp_path: Path) -> None:
    assert config.load({"HOST": host, "INSTANCE_PATH": str(tmp_path)}).local is local
    assert not config.load(PRODUCTION | {"HOST": host}).local


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
    ("RATE_LIMITS", "maybe"),
    ("RATE_LIMITS", "0"),
    ("RATE_LIMITS", "nan"),
    ("RATE_LIMIT_URL", "memcached://host"),
    ("RATE_LIMIT_URL", "redis://host:abc/1"),
    ("PROXIES", "all"),
    ("PROXIES", "-1"),
    ("PROXIES", "11"),
    ("HUEY_URL", "sqlite:////nope/x.db"),
    ("SMTP_URL", "smtp://host:abc"),
    ("INSTANCE_PATH", "/proc/version/instance"),
    ("WEB_CONCURRENCY", "abc"),
    ("WEB_CONCURRENCY", "0"),
    ("EXPIRY_LIMIT", "0"),
    ("EXPIRY_LIMIT", "many"),
    ("CREDIT_HOUR_MINUTES", "14"),
    ("CREDIT_HOUR_MINUTES", "an hour"),
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
    ("INSTRUCTOR_WORD", "teacher"),
    ("ACCEPT_WORD", "<b>"),
    ("ACCEPT_WORD", "非常非常长的词"),
    ("AUDIT_DAYS", "179"),
    ("AUDIT_DAYS", "1e4"),
    ("AUDIT_DAYS", "9999999999"),
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
        env=environment(INSTANCE_PATH=str(tmp_path), TIMEZONE="Mars/Base", PORT="0"),
        capture_output=True,
        text=True,
        check=False,
    )

    sentence = (
        "Settings: PORT is '0': use a number from 1 to 65535.\n"
        "Settings: TIMEZONE is 'Mars/Base': use an IANA name such as Asia/Shanghai.\n"
    )
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


def make(*arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    """Run make in the project's folder."""
    if shutil.which("make") is None:
        pytest.skip("there is no make on this machine")
    return subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env=environment(**values),
        capture_output=True,
        text=True,
        check=False,
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
        told = start.port_trouble({"PORT": str(port)})
    free = start.port_trouble({"PORT": str(port)})

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
    assert start.port_trouble(environ) == sentence


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
        [sys.executable, "-I", str(ROOT / "booking" / "cli" / "start.py"), "start"],
        cwd=tmp_path,
        env={"PATH": path} | given,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert [(tmp_path / one).read_text() for one in ("web", "worker")] == [f"{told}\n"] * 2
