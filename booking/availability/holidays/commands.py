"""The command group `flask days`."""

from __future__ import annotations

from pathlib import Path

import click

from booking import i18n
from booking.availability.holidays import service as holidays
from booking.availability.holidays.files import UnreadableDays, read_days
from booking.console import Commands
from booking.db import unit_of_work

days = Commands("days", help="Days off and make-up workdays.")


@days.command("seed")
def seed_days() -> None:
    """Fill the calendar of days off: official where the year is known, else estimated."""
    with unit_of_work() as session:
        written = holidays.seed_days(session, this_year=i18n.today().year)
    click.echo(f"Calendar of days off: {written} days written.")


@days.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_days(file: Path) -> None:
    """Import an official schedule: holiday-cn's JSON or ICS of one year.

    Only the year that the file is about becomes official. Of others, such as December before
    it, the days that the file names are added.
    """
    try:
        schedule = read_days(file.read_bytes())
    except UnreadableDays as error:
        raise click.ClickException(
            f"{file.name} is neither holiday-cn's JSON nor its ICS: {error}"
        ) from error
    with unit_of_work() as session:
        years = holidays.import_days(session, schedule=schedule, source=file.name)
    if not years:
        click.echo("This file has no days: its schedule is not published yet. Nothing changed.")
    for year, count in years.items():
        what = "official days" if year in schedule.years else "single days beside its own schedule"
        click.echo(f"{year}: {count} {what}.")
