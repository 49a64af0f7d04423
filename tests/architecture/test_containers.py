"""Dockerfile, compose.yaml and the hooks name only files, settings and commands that exist.

Nothing here needs Docker: what the image would contain is copied into a folder and started there.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.cli import FlaskGroup
from yaml import safe_load  # type: ignore[import-untyped]

import config
from tests import databases

PLACE = "/srv/yueke"
OF_OTHER_PROGRAMS = {
    "FLASK_APP",
    "FORWARDED_ALLOW_IPS",
    "POSTGRES_PASSWORD",
    "POSTGRES_USER",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONUNBUFFERED",
}
"""Variables of Flask, gunicorn, PostgreSQL's image and Python."""

OPERATOR = {
    "SECRET_KEY": "yMZ2-q0wVw3xXnG1rT8uKp5LdAeSbJfHc7oI",
    "BASE_URL": "https://yueke.example.org",
    "POSTGRES_PASSWORD": "secret",
}
"""What an operator writes into .env."""


def text(name: str) -> str:
    """A file of the project's root."""
    return (config.ROOT / name).read_text(encoding="utf-8")


def read_yaml(name: str) -> Any:
    """A YAML file of the project's root."""
    return safe_load(text(name))


def allowed() -> list[str]:
    """What .dockerignore lets into the image."""
    return [line[1:] for line in text(".dockerignore").splitlines() if line.startswith("!")]


def variables_of_image() -> dict[str, str]:
    """The variables that the Dockerfile sets."""
    block = re.search(r"^ENV ((?:.*\\\n)*.*)$", text("Dockerfile"), flags=re.M)
    assert block is not None
    return dict(re.findall(r"([A-Z_]+)=(\S+)", block[1]))


def variables_of_services() -> dict[str, str]:
    """The variables that compose.yaml sets, with those of the operator filled in."""
    found: dict[str, str] = {}
    for service in read_yaml("compose.yaml")["services"].values():
        found |= service.get("environment", {})
    wanted = {name for value in found.values() for name in re.findall(r"\$\{([A-Z_]+)", value)}
    assert wanted <= set(OPERATOR)
    return {
        name: re.sub(r"\$\{([A-Z_]+)[^}]*\}", lambda one: OPERATOR[one[1]], value)
        for name, value in found.items()
    }


def commands() -> list[list[str]]:
    """The product's commands that the image and the services run, as words."""
    default = re.search(r"^CMD \[(.*)\]$", text("Dockerfile"), flags=re.M)
    assert default is not None
    lines = [" ".join(re.findall(r'"(.*?)"', default[1]))]
    for service in read_yaml("compose.yaml")["services"].values():
        if "build" in service:
            lines.append(service["command"].removeprefix("sh -c ").strip('"'))
    parts = {part.strip() for line in lines for part in line.split("&&")}
    return [shlex.split(part) for part in sorted(parts)]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the image contains of the project."""
    folder = tmp_path_factory.mktemp("image")
    for name in allowed():
        source = config.ROOT / name
        if source.is_dir():
            leave_out = shutil.ignore_patterns("__pycache__", "*.mo")
            shutil.copytree(source, folder / name, ignore=leave_out)
        else:
            shutil.copy(source, folder / name)
    return folder


def test_the_dockerfile_copies_what_may_be_copied() -> None:
    copied = re.findall(r"^COPY (\S+) \./$", text("Dockerfile"), flags=re.M)
    assert copied == ["requirements.txt", "."]
    assert "requirements.txt" in allowed()


def test_the_image_can_start_the_web_server(image: Path) -> None:
    program = Path(sys.executable).with_name("gunicorn")
    done = subprocess.run(
        [str(program), "--check-config", "wsgi:app"],
        check=False,
        cwd=image,
        env={"PATH": os.defpath, "INSTANCE_PATH": str(image / "instance")},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_each_command_exists(tmp_path: Path) -> None:
    servers = [words for words in commands() if words[0] != "flask"]
    assert servers == [["gunicorn", "wsgi:app"]]
    with databases.running(f"sqlite:///{tmp_path}/empty.db", tmp_path) as app:
        flask = FlaskGroup(create_app=lambda: app, load_dotenv=False)
        ended = {
            " ".join(words): CliRunner().invoke(flask, [*words[1:], "--help"]).exit_code
            for words in commands()
            if words[0] == "flask"
        }
    assert ended == {"flask days seed": 0, "flask db upgrade": 0, "flask worker": 0}


def test_each_variable_is_a_setting() -> None:
    documented = set(re.findall(r"`([A-Z_]+)`", text("README.md")))
    assert {*variables_of_image(), *variables_of_services()} - documented == OF_OTHER_PROGRAMS


def test_the_settings_are_a_complete_production_installation(tmp_path: Path) -> None:
    given = OPERATOR | variables_of_image() | variables_of_services()
    settings = config.load(given | {"INSTANCE_PATH": str(tmp_path)})

    assert settings.production
    assert settings.database_url == "postgresql+psycopg://yueke:secret@database/yueke"
    assert settings.rate_limit_url == settings.huey_url == "redis://queue:6379/0"


def test_services_name_each_other_and_mount_the_place_of_the_data() -> None:
    whole = read_yaml("compose.yaml")
    services, named = whole["services"], variables_of_services()
    hosts = {
        re.sub(r".*[@/](\w+)[:/].*", r"\1", named[one]) for one in ("DATABASE_URL", "HUEY_URL")
    }
    waited_for = {one for service in services.values() for one in service.get("depends_on", {})}
    mounted = [one for service in services.values() for one in service.get("volumes", ())]

    assert hosts <= waited_for <= set(services)
    assert {one.split(":")[0] for one in mounted} == set(whole["volumes"])
    assert variables_of_image()["INSTANCE_PATH"] == f"{PLACE}/instance"
    assert f"WORKDIR {PLACE}\n" in text("Dockerfile")
    assert all(
        f"instance:{PLACE}/instance" in one["volumes"]
        for one in services.values()
        if "build" in one
    )


def test_the_image_dumps_the_database_of_its_version() -> None:
    """pg_dump refuses servers that are newer than itself."""
    image = read_yaml("compose.yaml")["services"]["database"]["image"]
    client = re.findall(r"\bpostgresql-client-(\d+)\b", text("Dockerfile"))
    assert [f"postgres:{version}" for version in client] == [image]


def test_the_image_runs_as_nobody_special() -> None:
    users = re.findall(r"^USER (\d+)$", text("Dockerfile"), flags=re.M)
    assert [f"--uid {user} " in text("Dockerfile") for user in users] == [True]
    assert "0" not in users


def test_operators_are_told_of_each_variable_that_must_be_written() -> None:
    section = text("docs/operations.md").split("## With containers")[1].split("\n## ")[0]
    assert set(re.findall(r"^([A-Z_]+)=", section, flags=re.M)) == set(OPERATOR)


def test_the_hooks_run_a_target_of_make() -> None:
    (hooks,) = [one["hooks"] for one in read_yaml(".pre-commit-config.yaml")["repos"]]
    entries = [hook["entry"].split() for hook in hooks]
    assert entries == [["make", "check"]]
    assert re.search(r"^check:", text("Makefile"), flags=re.M)
