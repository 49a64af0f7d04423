"""The commands that are about several features, and where all commands come together.

`flask user`, `flask demo`, `flask steps` and `flask worker` are here; `flask region` and
`flask organisation`, `flask days` and `flask register` are in their features' `commands`.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import clock, garbage, i18n
from booking.accounts import service as accounts
from booking.accounts.commands import organisations, regions, users
from booking.accounts.models import Organisation, Region, User
from booking.accounts.roles import Role
from booking.availability.commands import days
from booking.db import db, unit_of_work
from booking.demo import build
from booking.demo.data import SIZES
from booking.incoming import LARGEST_ID
from booking.instructors.models import Instructor
from booking.register.commands import registers
from booking.speaking import reachable
from booking.tasks import Jobs

STEPS: tuple[tuple[Any, str], ...] = (
    (Region.code, "region load regions.csv"),
    (Organisation.id, "organisation load organisations.csv"),
    (User.id, "user create you@example.org --admin"),
    (Instructor.id, "register import register.xlsx --dry-run"),
)
"""What an empty installation needs, in this order."""


def init_app(app: Flask) -> None:
    """Add the commands."""
    for command in (users, regions, organisations, registers, days, demo, steps, worker):
        app.cli.add_command(command)


@users.command("create")
@click.argument("email")
@click.option("--name", default="", help="The person's name.")
@click.option("--password", help="Without one, a random password is made and printed.")
@click.option("--admin", is_flag=True, help="Administrator of the installation.")
@click.option("--coordinator", "region", help="Coordinator of the region with this code.")
@click.option(
    "--branch",
    "organisation",
    help="Books for the organisation with this name (NAME@REGION where several share it).",
)
@click.option("--instructor", "instructor_id", type=int, help="Is the instructor with this id.")
def create_user(
    email: str,
    name: str,
    password: str | None,
    admin: bool,
    region: str | None,
    organisation: str | None,
    instructor_id: int | None,
) -> None:
    """Create a user with one or more roles."""
    made = None if password else secrets.token_urlsafe(12)
    now = clock.now()
    with unit_of_work() as session:
        given = _roles(
            session, admin=admin, region=region, organisation=organisation, instructor=instructor_id
        )
        user = accounts.create_user(
            session, email=email, name=name, password=password or made, now=now
        )
        for values in given:
            accounts.add_membership(session, user=user, now=now, **values)
    click.echo(f"{email} can sign in." + (f" Password: {made}" if made else ""))


def _roles(
    session: Session,
    *,
    admin: bool,
    region: str | None,
    organisation: str | None,
    instructor: int | None,
) -> list[dict[str, Any]]:
    """The memberships that the options name; refuses what there is not."""
    given: list[dict[str, Any]] = []
    if admin:
        given.append({"role": Role.ADMIN})
    if region is not None:
        accounts.known_region(session, region)
        given.append({"role": Role.COORDINATOR, "region_code": region})
    if organisation is not None:
        found = _organisation(session, organisation)
        given.append({"role": Role.BRANCH, "organisation_id": found.id})
    if instructor is not None:
        within = 0 < instructor <= LARGEST_ID
        if not within or session.get(Instructor, instructor) is None:
            raise click.ClickException(f"There is no instructor with the id {instructor}.")
        given.append({"role": Role.INSTRUCTOR, "instructor_id": instructor})
    if not given:
        raise click.ClickException(
            "Say what this person may do: --admin, --coordinator, --branch or --instructor."
        )
    return given


def _organisation(session: Session, wanted: str) -> Organisation:
    """The organisation of a name, or of NAME@REGION where several share the name."""
    name, _at, code = wanted.partition("@")
    found = accounts.organisations_called(session, name, region_code=code or None)
    if not found:
        raise click.ClickException(
            f"No organisation is called {wanted}: see `flask organisation create`."
        )
    if len(found) > 1:
        codes = ", ".join(one.region_code for one in found)
        raise click.ClickException(
            f"Several organisations are called {name}: say {name}@REGION, of {codes}."
        )
    return found[0]


@click.command("demo")
@click.option("--size", type=click.Choice(sorted(SIZES)), default="S", show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--if-empty", is_flag=True, help="Do nothing where there are users already.")
@click.option("--sign-ins", is_flag=True, help="Only print who can sign in.")
@with_appcontext
@reachable
def demo(size: str, seed: int, if_empty: bool, sign_ins: bool) -> None:
    """Build the fictitious demonstration province through the services."""
    if not sign_ins:
        empty = db.session().scalar(select(User.id).limit(1)) is None
        if not empty and not if_empty:
            raise click.ClickException("There are users already: the demo needs an empty database.")
        if empty:
            click.echo("Building the demonstration province; this takes a moment.")
            build.build(size=size, seed=seed, now=clock.now(), zone=i18n.zone())
    for line in build.sign_ins(db.session()):
        click.echo(line)


@click.command("steps")
@with_appcontext
@reachable
def steps() -> None:
    """Say what is still missing before branches can book."""
    session = db.session()
    missing = [
        command for column, command in STEPS if session.scalar(select(column).limit(1)) is None
    ]
    if missing:
        click.echo("Still to do before branches can book; README.md says more:")
    for command in missing:
        click.echo(f"  .venv/bin/flask --app wsgi {command}")


@click.command("worker")
@click.option("--workers", type=int, default=2, show_default=True)
@with_appcontext
@reachable
def worker(workers: int) -> None:
    """Run the background worker in the foreground."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("huey").setLevel(logging.WARNING)
    # Whoever starts it learns at once where the database cannot be opened.
    db.session().connection()
    db.session.remove()
    jobs: Jobs = current_app.extensions["jobs"]
    click.echo("The worker is ready.")
    # A worker that was killed may have taken a wake-up call with it.
    jobs.wake()
    garbage.only_between()
    jobs.huey.post_execute(name="garbage")(lambda *_: garbage.look())
    jobs.huey.create_consumer(workers=workers, initial_delay=0.1, max_delay=1.0).run()
