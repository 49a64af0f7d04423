"""The command `flask register`."""

from __future__ import annotations

from pathlib import Path

import click

from booking import clock
from booking.accounts import service as accounts
from booking.accounts.engine.roles import SYSTEM
from booking.console import Commands
from booking.db import unit_of_work
from booking.register import service
from booking.register.engine.reports import Outcome, Report
from booking.register.engine.roster import Roster, UnreadableRoster
from booking.register.reader import read_upload
from booking.register.words import PROBLEMS, UNREADABLE

registers = Commands("register", help="The register of instructors.")


@registers.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")
@click.option("--skip-invalid", is_flag=True, help="Leave out rows that cannot be read.")
@click.option("--region", help="Code of the region of people whose workplace names none.")
def import_register(file: Path, dry_run: bool, skip_invalid: bool, region: str | None) -> None:
    """Import an .xlsx register: all or nothing; importing twice changes nothing."""
    try:
        roster = read_upload(file.read_bytes(), filename=file.name).whole()
    except UnreadableRoster as error:
        raise click.ClickException(str(UNREADABLE[error.reason])) from error
    _print_roster(roster)
    invalid_rows = len({problem.row for problem in roster.errors})
    try:
        with unit_of_work() as session:
            default_region = region or service.default_region(session, [])
            if default_region is None:
                raise click.ClickException("There are no regions yet: see `flask region load`.")
            accounts.known_region(session, default_region)
            report = service.import_roster(
                session,
                roster=roster,
                region_code=default_region,
                actor=SYSTEM,
                now=clock.now(),
                # A dry run reports what the valid rows would do, even when other rows are invalid.
                skip_invalid=skip_invalid or dry_run,
            ).report
            if dry_run:
                raise _DryRun
    except _DryRun:
        click.echo("A dry run: nothing was changed.")
    _print_report(report, dry_run=dry_run)
    if dry_run and invalid_rows and not skip_invalid:
        raise click.ClickException(
            f"Rows that cannot be read: {invalid_rows}. Correct them, or leave them out with "
            "--skip-invalid."
        )


class _DryRun(Exception):
    """Raised to roll back the unit of work of a dry run."""


def _print_roster(roster: Roster) -> None:
    for column in roster.forbidden:
        click.echo(f"{column.letter} {column.header}: identity or bank numbers, never stored")
    for later, earlier in roster.duplicates:
        click.echo(f"row {later}: the same person as row {earlier}, joined")
    for problem in roster.problems:
        click.echo(
            f"{problem.severity.value}: row {problem.row}, column {problem.column} "
            f"({problem.header}): {PROBLEMS[problem.code]} {problem.value}".rstrip()
        )


def _print_report(report: Report, *, dry_run: bool) -> None:
    for row in report.rows:
        missing = "".join(f"; no such region: {name}" for name in row.missing_regions)
        click.echo(f"row {row.row}: {row.name} {row.outcome.value}{missing}")
    if report.new_fields:
        click.echo(f"new fields: {'、'.join(report.new_fields)}")
    counts = ", ".join(f"{report.count(outcome)} {outcome.value}" for outcome in Outcome)
    click.echo(f"{'Would import' if dry_run else 'Imported'}: {counts}.")
