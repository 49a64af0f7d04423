"""The commands `flask region`, `flask organisation` and most of `flask user`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app

from booking import clock
from booking.accounts import access, service
from booking.accounts.engine.csv_lists import WrongRows
from booking.accounts.factors import service as factor_service
from booking.console import Commands
from booking.db import unit_of_work
from booking.settings import mail_server, mailbox, text_service

users = Commands("user", help="People who can sign in.")
regions = Commands("region", help="The tree of regions.")
organisations = Commands("organisation", help="Branches and other units that book.")


@regions.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load_regions(file: Path) -> None:
    """Load regions from a CSV file with the columns code, name and (optional) name_en.

    Codes are those of GB/T 2260: province 990000, city 990100, county 990101. All or nothing;
    loading twice changes nothing.
    """
    with _row_errors_printed(), unit_of_work() as session:
        count = service.load_regions(session, file.read_bytes())
    click.echo(f"{count} regions loaded.")


@organisations.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load_organisations(file: Path) -> None:
    """Load who books from a CSV file with the columns name and region (its code).

    All or nothing; loading twice changes nothing.
    """
    with _row_errors_printed(), unit_of_work() as session:
        new, known = service.load_organisations(session, file.read_bytes())
    click.echo(f"{new} organisations loaded, {known} known already.")


@organisations.command("create")
@click.argument("name")
@click.option("--region", required=True, help="Code of the region that it belongs to.")
def create_organisation(name: str, region: str) -> None:
    """Add one branch, or another unit that books."""
    with unit_of_work() as session:
        added = service.add_organisation(session, name=name, region_code=region)
    click.echo(
        f"{added.name} can book: `flask user create EMAIL --branch '{added.name}'` comes next."
    )


@users.command("disable")
@click.argument("email")
def disable_user(email: str) -> None:
    """Close an account: sign-ins, calendar addresses and links in mail stop working at once."""
    with unit_of_work() as session:
        access.disable(session, user=access.user_of(session, email), now=clock.now())
    click.echo(f"{email} can no longer sign in. `flask user enable {email}` opens the account.")


@users.command("enable")
@click.argument("email")
def enable_user(email: str) -> None:
    """Open an account again; calendar addresses must be made anew."""
    with unit_of_work() as session:
        access.enable(session, user=access.user_of(session, email))
    click.echo(f"{email} can sign in again.")


@users.command("sign-out")
@click.argument("email")
def sign_out_user(email: str) -> None:
    """Sign somebody out of all browsers."""
    with unit_of_work() as session:
        count = access.sign_out(session, user=access.user_of(session, email))
    click.echo(f"{email} is signed out of all browsers ({count}).")


@contextmanager
def _row_errors_printed() -> Iterator[None]:
    """Print each error of a `WrongRows` in a line, then exit with an error."""
    try:
        yield
    except WrongRows as error:
        for sentence in error.sentences:
            click.echo(sentence, err=True)
        raise click.ClickException("Nothing was loaded: correct the list first.") from error


@users.command("reset-factors")
@click.argument("email")
def reset_factors(email: str) -> None:
    """Take the authenticator app, passkeys and recovery codes of somebody away.

    For a lost device without recovery codes. Make sure by another way who is asking: from then on
    the password alone signs in, and a role of TWO_FACTOR_ROLES is led to set up anew.
    """
    with unit_of_work() as session:
        user = factor_service.reset_factors(session, email)
        # The lost device may be signed in.
        access.sign_out(session, user=user)
    click.echo(f"{user.sign_in_name} is signed out and signs in with the password alone now.")


@users.command("renew-factors")
def renew_factors() -> None:
    """Encrypt everybody's factors with the present SECRET_KEY, so that earlier ones can go.

    The passwords of mail server and mailbox and the keys of text messages are encrypted anew, too.
    """
    library = current_app.extensions["security"]
    with unit_of_work() as session:
        renewed, lost = factor_service.renew_secrets(
            session,
            authenticator=library.totp_factory.renewed,
            recovery_code=library.mf_recovery_codes_util.renewed,
        )
        mail_server.renew_password(session)
        mailbox.renew_password(session)
        text_service.renew_secrets(session)
    click.echo(f"{renewed} people's factors renewed, {lost} could not be opened by any key.")
