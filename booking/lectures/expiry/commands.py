"""The command `flask lectures`."""

from __future__ import annotations

import click

from booking.console import Commands
from booking.db import db, unit_of_work
from booking.lectures.expiry import rounds as expiry_rounds

lectures = Commands("lectures", help="What time does to lectures.")


@lectures.command("expire")
@click.option("--confirm", is_flag=True, help="The clock is right: do what waits.")
def expire(confirm: bool) -> None:
    """Say whether requests wait to expire because the clock may be wrong, and let them."""
    waiting = expiry_rounds.held(db.session())
    if waiting is None:
        click.echo("Nothing waits: requests expire by themselves.")
        return
    click.echo(
        f"The worker's clock says {waiting.at:%Y-%m-%d %H:%M} UTC: {waiting.requests} requests "
        f"would expire and {waiting.lectures} lectures be closed."
    )
    if not confirm:
        click.echo("If that is the time, say --confirm; if not, set the clock right.")
        return
    with unit_of_work() as session:
        expiry_rounds.confirm(session)
    click.echo("Confirmed. The worker does it within a minute.")
