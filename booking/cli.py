"""The commands: `flask user`, `flask region`, `flask register`, `flask days`, `flask demo`,
`flask worker`."""

from __future__ import annotations

import csv
import logging
import secrets
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from booking import clock, garbage, i18n
from booking.accounts import service as accounts
from booking.accounts.models import Organisation, User
from booking.accounts.roles import Role, lineage
from booking.availability import schedule
from booking.availability.day_files import UnreadableDays, read_days
from booking.db import db, unit_of_work
from booking.demo import build
from booking.demo.data import SIZES
from booking.errors import DomainError
from booking.register import service as register
from booking.register.roster import Roster, UnreadableRoster
from booking.register.service import Outcome
from booking.register.spreadsheet import read_roster
from booking.register.words import PROBLEMS, UNREADABLE
from booking.tasks import Jobs

users = AppGroup("user", help="People who can sign in.")
regions = AppGroup("region", help="The tree of regions.")
registers = AppGroup("register", help="The register of instructors.")
days = AppGroup("days", help="Days off and make-up workdays.")


def init_app(app: Flask) -> None:
    """Add the commands."""
    for command in (users, regions, registers, days, demo, worker):
        app.cli.add_command(command)


def _refuse(error: DomainError) -> click.ClickException:
    return click.ClickException(str(error.sentence))


@users.command("create")
@click.argument("email")
@click.option("--name", default="", help="The person's name.")
@click.option("--password", help="Without one, a random password is made and printed.")
@click.option("--admin", is_flag=True, help="Administrator of the installation.")
@click.option("--coordinator", "region", help="Coordinator of the region with this code.")
@click.option("--branch", "organisation", help="Books for the organisation with this name.")
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
    try:
        with unit_of_work() as session:
            user = accounts.create_user(
                session, email=email, name=name, password=password or made, now=now
            )
            given: list[dict[str, Any]] = []
            if admin:
                given.append({"role": Role.ADMIN})
            if region:
                given.append({"role": Role.COORDINATOR, "region_code": region})
            if organisation:
                found = session.scalars(
                    select(Organisation).where(Organisation.name == organisation)
                ).first()
                if found is None:
                    raise click.ClickException(f"No organisation is called {organisation}.")
                given.append({"role": Role.BRANCH, "organisation_id": found.id})
            if instructor_id:
                given.append({"role": Role.INSTRUCTOR, "instructor_id": instructor_id})
            for values in given:
                accounts.add_membership(session, user=user, now=now, **values)
    except DomainError as error:
        raise _refuse(error) from error
    click.echo(f"{email} can sign in." + (f" Password: {made}" if made else ""))


@regions.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load_regions(file: Path) -> None:
    """Load regions from a CSV file with the columns code, name and (optional) name_en.

    Codes are those of GB/T 2260: province 990000, city 990100, county 990101.
    """
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = sorted(csv.DictReader(text), key=lambda row: _depth(row["code"]))
    with unit_of_work() as session:
        for row in rows:
            above = lineage(row["code"])[1:]
            accounts.add_region(
                session,
                code=row["code"],
                name=row["name"],
                name_en=row.get("name_en") or None,
                parent_code=above[0] if above else None,
            )
            session.flush()
    click.echo(f"{len(rows)} regions loaded.")


def _depth(code: str) -> tuple[int, str]:
    return len(code.rstrip("0")), code


@registers.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")
@click.option("--skip-invalid", is_flag=True, help="Leave out rows that cannot be read.")
@click.option("--region", help="Code of the region of people whose workplace names none.")
def import_register(file: Path, dry_run: bool, skip_invalid: bool, region: str | None) -> None:
    """Import an .xlsx register: all or nothing; importing twice changes nothing."""
    try:
        roster = read_roster(file.read_bytes(), filename=file.name)
    except UnreadableRoster as error:
        raise click.ClickException(str(UNREADABLE[error.reason])) from error
    _say_roster(roster)
    try:
        with unit_of_work() as session:
            home = region or register.default_region(session, [])
            if home is None:
                raise click.ClickException("There are no regions yet: see `flask region load`.")
            accounts.known_region(session, home)
            report = register.import_roster(
                session,
                roster=roster,
                region_code=home,
                may_keep=lambda code: True,
                now=clock.now(),
                skip_invalid=skip_invalid,
            )
            if dry_run:
                raise _DryRun
    except _DryRun:
        click.echo("A dry run: nothing was changed.")
    except DomainError as error:
        raise _refuse(error) from error
    _say_report(report, dry_run=dry_run)


class _DryRun(Exception):
    """Leaves the unit of work without a change."""


def _say_roster(roster: Roster) -> None:
    for column in roster.forbidden:
        click.echo(f"{column.letter} {column.header}: identity or bank numbers, never stored")
    for later, earlier in roster.duplicates:
        click.echo(f"row {later}: the same person as row {earlier}, joined")
    for problem in roster.problems:
        click.echo(
            f"{problem.severity.value}: row {problem.row}, column {problem.column} "
            f"({problem.header}): {PROBLEMS[problem.code]} {problem.value}".rstrip()
        )


def _say_report(report: register.Report, *, dry_run: bool) -> None:
    for row in report.rows:
        missing = "".join(f"; no such region: {name}" for name in row.missing_regions)
        click.echo(f"row {row.row}: {row.name} {row.outcome.value}{missing}")
    if report.new_fields:
        click.echo(f"new fields: {'、'.join(report.new_fields)}")
    counts = ", ".join(f"{report.count(outcome)} {outcome.value}" for outcome in Outcome)
    click.echo(f"{'Would import' if dry_run else 'Imported'}: {counts}.")


@days.command("seed")
def seed_days() -> None:
    """Fill the calendar of days off: official where the year is known, else estimated."""
    with unit_of_work() as session:
        written = schedule.seed_days(session, this_year=i18n.today().year)
    click.echo(f"{written} days written.")


@days.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_days(file: Path) -> None:
    """Import an official schedule: holiday-cn's JSON or ICS of one year.

    Only the year that the file is about becomes official. Of others, such as December before
    it, the days that the file names are added.
    """
    try:
        found = read_days(file.read_bytes())
    except UnreadableDays as error:
        raise click.ClickException(
            f"{file.name} is neither holiday-cn's JSON nor its ICS: {error}"
        ) from error
    with unit_of_work() as session:
        years = schedule.import_days(session, schedule=found, source=file.name)
    if not years:
        click.echo("This file has no days: its schedule is not published yet. Nothing changed.")
    for year, count in years.items():
        what = "official days" if year in found.years else "single days beside its own schedule"
        click.echo(f"{year}: {count} {what}.")


@click.command("demo")
@click.option("--size", type=click.Choice(sorted(SIZES)), default="S", show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--if-empty", is_flag=True, help="Do nothing where there are users already.")
@click.option("--sign-ins", is_flag=True, help="Only print who can sign in.")
@with_appcontext
def demo(size: str, seed: int, if_empty: bool, sign_ins: bool) -> None:
    """Build the fictitious demonstration province through the services."""
    if not sign_ins:
        empty = db.session().scalar(select(User.id).limit(1)) is None
        if not empty and not if_empty:
            raise click.ClickException("There are users already: the demo needs an empty database.")
        if empty:
            build.build(size=size, seed=seed, now=clock.now(), zone=i18n.zone())
    for line in build.sign_ins(db.session()):
        click.echo(line)


@click.command("worker")
@click.option("--workers", type=int, default=2, show_default=True)
@with_appcontext
def worker(workers: int) -> None:
    """Run the background worker in the foreground."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("huey").setLevel(logging.WARNING)
    jobs: Jobs = current_app.extensions["jobs"]
    click.echo("The worker is ready.")
    # A worker that was killed may have taken a wake-up call with it.
    jobs.wake()
    garbage.only_between()
    jobs.huey.post_execute(name="garbage")(lambda *_: garbage.look())
    jobs.huey.create_consumer(workers=workers, initial_delay=0.1, max_delay=1.0).run()
