"""The commands that concern several features, and the registration of all commands.

`flask user create` and `flask user role`, `flask demo`, `flask steps` and `flask worker` are here;
the others are in the `commands` modules of their features.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import clock, i18n
from booking.accounts import access
from booking.accounts import service as accounts
from booking.accounts.commands import organisations, regions, users
from booking.accounts.engine import sign_in_names
from booking.accounts.engine.roles import Role
from booking.accounts.engine.sign_in_names import SignInName
from booking.accounts.models import Membership, Organisation, User
from booking.administration.setup import start
from booking.availability.holidays.commands import days
from booking.console import Commands, reachable
from booking.db import db, unit_of_work
from booking.demo import build, security
from booking.demo.engine.data import SIZES
from booking.instructors.models import Instructor
from booking.jobs import Jobs
from booking.lectures.expiry.commands import lectures
from booking.process import garbage
from booking.register.commands import registers
from booking.replies.commands import mails
from booking.web.request_safety import LARGEST_ID

user_roles = Commands("role", help="What people may do.")
users.add_command(user_roles)


def init_app(app: Flask) -> None:
    """Register the commands."""
    commands = (
        users,
        regions,
        organisations,
        registers,
        days,
        lectures,
        mails,
        demo,
        steps,
        worker,
    )
    for command in commands:
        app.cli.add_command(command)


ROLE_OPTIONS = (
    click.option("--admin", is_flag=True, help="Administrator of the installation."),
    click.option("--coordinator", "region", help="Coordinator of the region with this code."),
    click.option(
        "--branch",
        "organisation",
        help="Books for the organisation with this name (NAME@REGION where several share it).",
    ),
    click.option("--instructor", "instructor_id", type=int, help="Is the instructor with this id."),
)


def _with_roles(command: Callable[..., None]) -> Callable[..., None]:
    """Add an option for each role to a command."""
    for option in reversed(ROLE_OPTIONS):
        command = option(command)
    return command


@users.command("create")
@click.argument("email")
@click.option("--name", default="", help="The person's name.")
@click.option("--password", help="Without one, a random password is made and printed.")
@_with_roles
def create_user(
    email: str,
    name: str,
    password: str | None,
    admin: bool,
    region: str | None,
    organisation: str | None,
    instructor_id: int | None,
) -> None:
    """Create a user with one or more roles, known by a mail address or a telephone number."""
    random_password = None if password else secrets.token_urlsafe(12)
    now = clock.now()
    with unit_of_work() as session:
        memberships = _roles(
            session, admin=admin, region=region, organisation=organisation, instructor=instructor_id
        )
        known_by = sign_in_names.read(email) or SignInName(email=email)
        user = accounts.create_user(
            session,
            email=known_by.email,
            phone=known_by.phone,
            name=name,
            password=password or random_password,
            now=now,
        )
        for values in memberships:
            accounts.add_membership(session, user=user, now=now, **values)
    click.echo(
        f"{email} can sign in." + (f" Password: {random_password}" if random_password else "")
    )


@user_roles.command("add")
@click.argument("email")
@_with_roles
def add_roles(email: str, **options: Any) -> None:
    """Give somebody one or more roles."""
    _change_roles(access.add_role, email, options)


@user_roles.command("remove")
@click.argument("email")
@_with_roles
def remove_roles(email: str, **options: Any) -> None:
    """Take one or more roles away; calendar addresses and links for them stop working."""
    _change_roles(access.remove_role, email, options)


def _change_roles(change: Callable[..., object], email: str, options: dict[str, Any]) -> None:
    """Add or remove the roles that the options name, in one transaction, and print what is left."""
    with unit_of_work() as session:
        user = access.user_of(session, email)
        for values in _named_roles(session, options):
            change(session, user=user, now=clock.now(), **values)
    _print_roles(email)


@user_roles.command("list")
@click.argument("email")
def list_roles(email: str) -> None:
    """Say what somebody may do."""
    _print_roles(email)


def _print_roles(email: str) -> None:
    session = db.session()
    user = access.user_of(session, email)
    state = "" if user.active else " (disabled)"
    options = [_role_options(session, membership) for membership in access.roles_of(session, user)]
    click.echo(f"{user.sign_in_name}{state}: {', '.join(options) or 'no role'}")


def _role_options(session: Session, membership: Membership) -> str:
    """The command-line option that gives this role."""
    match membership.role:
        case Role.BRANCH:
            organisation = session.get_one(Organisation, membership.organisation_id)
            return f"--branch '{organisation.name}@{organisation.region_code}'"
        case Role.COORDINATOR:
            return f"--coordinator {membership.region_code}"
        case Role.INSTRUCTOR:
            return f"--instructor {membership.instructor_id}"
    return "--admin"


def _named_roles(session: Session, options: dict[str, Any]) -> list[dict[str, Any]]:
    return _roles(
        session,
        admin=options["admin"],
        region=options["region"],
        organisation=options["organisation"],
        instructor=options["instructor_id"],
    )


def _roles(
    session: Session,
    *,
    admin: bool,
    region: str | None,
    organisation: str | None,
    instructor: int | None,
) -> list[dict[str, Any]]:
    """The memberships that the options name; an error if something named does not exist."""
    memberships: list[dict[str, Any]] = []
    if admin:
        memberships.append({"role": Role.ADMIN})
    if region is not None:
        accounts.known_region(session, region)
        memberships.append({"role": Role.COORDINATOR, "region_code": region})
    if organisation is not None:
        organisation_id = _organisation(session, organisation).id
        memberships.append({"role": Role.BRANCH, "organisation_id": organisation_id})
    if instructor is not None:
        in_range = 0 < instructor <= LARGEST_ID
        if not in_range or session.get(Instructor, instructor) is None:
            raise click.ClickException(f"There is no instructor with the id {instructor}.")
        memberships.append({"role": Role.INSTRUCTOR, "instructor_id": instructor})
    if not memberships:
        raise click.ClickException(
            "Say what this person may do: --admin, --coordinator, --branch or --instructor."
        )
    return memberships


def _organisation(session: Session, argument: str) -> Organisation:
    """The organisation of a name, or of NAME@REGION if several have the name."""
    name, _at, code = argument.partition("@")
    organisations = accounts.organisations_called(session, name, region_code=code or None)
    if not organisations:
        raise click.ClickException(
            f"No organisation is called {argument}: see `flask organisation create`."
        )
    if len(organisations) > 1:
        codes = ", ".join(organisation.region_code for organisation in organisations)
        raise click.ClickException(
            f"Several organisations are called {name}: say {name}@REGION, of {codes}."
        )
    return organisations[0]


@click.command("demo")
@click.option("--size", type=click.Choice(sorted(SIZES)), default="S", show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--if-empty", is_flag=True, help="Do nothing where there are users already.")
@click.option("--sign-ins", is_flag=True, help="Only print who can sign in.")
@click.option("--new-password", is_flag=True, help="Only give everybody another password.")
@with_appcontext
@reachable
def demo(size: str, seed: int, if_empty: bool, sign_ins: bool, new_password: bool) -> None:
    """Build the fictitious demonstration province through the services.

    Its password is known on this machine; where HOST lets other machines in it is random.
    """
    password = None
    if new_password:
        with unit_of_work() as session:
            password = security.new_password(session)
    elif not sign_ins:
        empty = db.session().scalar(select(User.id).limit(1)) is None
        if not empty and not if_empty:
            raise click.ClickException("There are users already: the demo needs an empty database.")
        if empty:
            click.echo("Building the demonstration province; this takes a moment.")
            password = security.choose_password()
            build.build(size=size, seed=seed, now=clock.now(), zone=i18n.zone(), password=password)
    password = _replace_known_password() or password
    for line in security.sign_ins(db.session(), password):
        click.echo(line)


def _replace_known_password() -> str | None:
    """Replace the default password if other machines can reach the server; returns the new one."""
    if current_app.config["LOCAL"]:
        return None
    with unit_of_work() as session:
        password = security.replace_known(session)
    if password:
        click.echo("HOST lets other machines in: the demonstration's known password is replaced.")
    return password


def _print_new_password() -> None:
    """Replace and print the default password, in the commands that run at every start."""
    password = _replace_known_password()
    if password:
        click.echo(f"Its new password, shown this once: {password}")


@click.command("steps")
@with_appcontext
@reachable
def steps() -> None:
    """Say where to go on: the link of the first start, or the page that leads to everything."""
    _print_new_password()
    sentence = start.announcement()
    address = f"{current_app.config['BASE_URL']}/manage"
    click.echo(sentence or f"What is still to do stands on the pages: sign in and open {address}")


@click.command("worker")
@click.option("--workers", type=int, default=2, show_default=True)
@with_appcontext
@reachable
def worker(workers: int) -> None:
    """Run the background worker in the foreground."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("huey").setLevel(logging.WARNING)
    # Fail at once if the database cannot be opened.
    db.session().connection()
    _print_new_password()
    db.session.remove()
    jobs: Jobs = current_app.extensions["jobs"]
    click.echo("The worker is ready.")
    # A worker that was killed may have consumed a wake-up message without handling it.
    jobs.wake()
    garbage.only_between()
    jobs.huey.post_execute(name="garbage")(lambda *_: garbage.look())
    jobs.huey.create_consumer(workers=workers, initial_delay=0.1, max_delay=1.0).run()
