"""The commands: `flask user`, `flask region`, `flask organisation`, `flask register`,
`flask days`, `flask demo`, `flask steps`, `flask worker`.

They speak English whatever the pages speak: so do settings, logs, and the libraries' commands.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from booking import clock, garbage, i18n
from booking.accounts import service as accounts
from booking.accounts.lists import WrongRows
from booking.accounts.models import Organisation, Region, User
from booking.accounts.roles import Role
from booking.availability import schedule
from booking.availability.day_files import UnreadableDays, read_days
from booking.db import db, unit_of_work, unreachable
from booking.demo import build
from booking.demo.data import SIZES
from booking.errors import DomainError
from booking.incoming import LARGEST_ID
from booking.instructors.models import Instructor
from booking.register import service as register
from booking.register.reports import Outcome, Report
from booking.register.roster import Roster, UnreadableRoster
from booking.register.spreadsheet import read_roster
from booking.register.words import PROBLEMS, UNREADABLE
from booking.tasks import Jobs

P = ParamSpec("P")
R = TypeVar("R")


def _reachable(command: Callable[P, R]) -> Callable[P, R]:
    """With one sentence where the database cannot be opened."""

    @wraps(command)
    def tried(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except OperationalError as error:
            told = unreachable(error)
            if told is None:
                raise
            raise click.ClickException(told) from error

    return tried


def _plainly(command: Callable[P, R]) -> Callable[P, R]:
    """In English, and with sentences for what is refused."""

    @wraps(command)
    def said(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with force_locale("en"):
                return command(*args, **kwargs)
        except WrongRows as error:
            for sentence in error.sentences:
                click.echo(sentence, err=True)
            raise click.ClickException("Nothing was loaded: correct the list first.") from error
        except DomainError as error:
            with force_locale("en"):
                raise click.ClickException(str(error.sentence)) from error

    return said


class Commands(AppGroup):
    """A group whose commands all speak plainly."""

    def command(self, *args: Any, **kwargs: Any) -> Callable[..., Any]:  # type: ignore[override]
        """Add a command."""
        add = super().command(*args, **kwargs)
        return lambda function: add(_reachable(_plainly(function)))


users = Commands("user", help="People who can sign in.")
regions = Commands("region", help="The tree of regions.")
organisations = Commands("organisation", help="Branches and other units that book.")
registers = Commands("register", help="The register of instructors.")
days = Commands("days", help="Days off and make-up workdays.")


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


@regions.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load_regions(file: Path) -> None:
    """Load regions from a CSV file with the columns code, name and (optional) name_en.

    Codes are those of GB/T 2260: province 990000, city 990100, county 990101. All or nothing;
    loading twice changes nothing.
    """
    with unit_of_work() as session:
        count = accounts.load_regions(session, file.read_bytes())
    click.echo(f"{count} regions loaded.")


@organisations.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load_organisations(file: Path) -> None:
    """Load who books from a CSV file with the columns name and region (its code).

    All or nothing; loading twice changes nothing.
    """
    with unit_of_work() as session:
        new, known = accounts.load_organisations(session, file.read_bytes())
    click.echo(f"{new} organisations loaded, {known} known already.")


@organisations.command("create")
@click.argument("name")
@click.option("--region", required=True, help="Code of the region that it belongs to.")
def create_organisation(name: str, region: str) -> None:
    """Add one branch, or another unit that books."""
    with unit_of_work() as session:
        made = accounts.add_organisation(session, name=name, region_code=region)
    click.echo(
        f"{made.name} can book: `flask user create EMAIL --branch '{made.name}'` comes next."
    )


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
    wrong = len({problem.row for problem in roster.errors})
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
                # A dry run says what the good rows would do, whatever the others are.
                skip_invalid=skip_invalid or dry_run,
            )
            if dry_run:
                raise _DryRun
    except _DryRun:
        click.echo("A dry run: nothing was changed.")
    _say_report(report, dry_run=dry_run)
    if dry_run and wrong and not skip_invalid:
        raise click.ClickException(
            f"Rows that cannot be read: {wrong}. Correct them, or leave them out with "
            "--skip-invalid."
        )


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


def _say_report(report: Report, *, dry_run: bool) -> None:
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
    click.echo(f"Calendar of days off: {written} days written.")


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
@_reachable
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
@_reachable
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
@_reachable
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
