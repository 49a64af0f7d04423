"""Pages of people with accounts: list, one person, and what may be changed of the account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock
from booking.accounts.engine.roles import Role
from booking.accounts.guards import actor, requires
from booking.accounts.queries import all_regions
from booking.db import db, unit_of_work
from booking.errors import NotFound
from booking.members import membership_choice
from booking.members.engine.pages import page_number
from booking.members.errors import LastAdministrator, OwnAccount
from booking.members.people import queries, service
from booking.members.people.queries import PeopleFilter
from booking.members.refusals import account_of, out_of_scope
from booking.members.targets import described
from booking.members.words import ROLES

LONGEST_WORDS = 255


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    one = "/people/<int:user_id>"
    blueprint.add_url_rule("/people", "people", overview)
    blueprint.add_url_rule(one, "person", show)
    blueprint.add_url_rule(f"{one}/give", "give", give, methods=["GET", "POST"])
    blueprint.add_url_rule(
        f"{one}/memberships/<int:membership_id>/end", "end", end, methods=["POST"]
    )
    blueprint.add_url_rule(f"{one}/suspend", "suspend", suspend, methods=["POST"])
    blueprint.add_url_rule(f"{one}/resume", "resume", resume, methods=["POST"])
    blueprint.add_url_rule(f"{one}/sign-out", "sign_out", sign_out, methods=["POST"])


@requires("member.manage")
def overview() -> ResponseReturnValue:
    """The people with a membership in the own regions."""
    wanted = _wanted()
    number = page_number(request.args.get("page", type=int))
    session = db.session()
    return render_template(
        "members/people.html",
        page=queries.people(session, actor(), wanted, number=number),
        wanted=wanted,
        regions=all_regions(session),
        described=described,
        ROLES=ROLES,
    )


def _wanted() -> queries.Wanted:
    role, show = None, PeopleFilter.ALL
    with suppress(ValueError):
        role = Role(request.args.get("role", ""))
    with suppress(ValueError):
        show = PeopleFilter(request.args.get("show", ""))
    region = request.args.get("region", "")
    is_code = region.isdecimal() and region.isascii() and len(region) <= 12
    words = request.args.get("q", "").strip()[:LONGEST_WORDS]
    return queries.Wanted(words, role, region if is_code else None, show)


@requires("member.manage")
def show(user_id: int) -> ResponseReturnValue:
    """One person, with the memberships that the reader may see."""
    found = queries.person(db.session(), actor(), user_id)
    return render_template(
        "members/person.html",
        person=found,
        own=user_id == actor().user_id,
        described=described,
    )


@requires("member.manage")
def give(user_id: int) -> ResponseReturnValue:
    """Choose a membership, and give it to somebody who has an account."""
    session, who = db.session(), actor()
    with _logged("give", user_id):
        found = queries.person(session, who, user_id)
        target = membership_choice.named_target(session, who)
    if membership_choice.is_named_in_form():
        out_of_scope("give", account_of(user_id))
    if target is None:
        return render_template(
            "members/choose.html",
            choice=membership_choice.choice(session, who),
            endpoint="members.give",
            values={"user_id": user_id},
            person=found,
            ROLES=ROLES,
        )
    if request.method == "GET":
        return render_template(
            "members/give.html", person=found, target=target, described=described(target)
        )
    with _logged("give", user_id), unit_of_work() as writing:
        service.give(writing, actor=who, user_id=user_id, target=target, now=clock.now())
    flash(_("Given: %(role)s.", role=described(target)), "success")
    return _back(user_id)


@requires("member.manage")
def end(user_id: int, membership_id: int) -> ResponseReturnValue:
    """End one membership."""
    with _logged("end", user_id), unit_of_work() as session:
        held = service.end(
            session,
            actor=actor(),
            user_id=user_id,
            membership_id=membership_id,
            now=clock.now(),
        )
    flash(_("Ended: %(role)s.", role=described(held.target)), "success")
    with suppress(NotFound):
        queries.person(db.session(), actor(), user_id)
        return _back(user_id)
    # The last membership that a coordinator could see: the person is none of theirs any more.
    return redirect(url_for("members.people"), 303)


@requires("member.manage")
def suspend(user_id: int) -> ResponseReturnValue:
    """Suspend an account."""
    with _logged("suspend", user_id), unit_of_work() as session:
        service.suspend(session, actor=actor(), user_id=user_id, now=clock.now())
    flash(_("The account is suspended. Nobody can sign in with it."), "success")
    return _back(user_id)


@requires("member.manage")
def resume(user_id: int) -> ResponseReturnValue:
    """Open a suspended account again."""
    with _logged("resume", user_id), unit_of_work() as session:
        service.resume(session, actor=actor(), user_id=user_id)
    flash(_("The account is open again."), "success")
    return _back(user_id)


@requires("member.manage")
def sign_out(user_id: int) -> ResponseReturnValue:
    """Sign somebody out of all browsers."""
    with _logged("sign out", user_id), unit_of_work() as session:
        count = service.sign_out(session, actor=actor(), user_id=user_id)
    flash(
        ngettext("Signed out of %(num)s browser.", "Signed out of %(num)s browsers.", count),
        "success",
    )
    return _back(user_id)


@contextmanager
def _logged(attempt: str, user_id: int) -> Iterator[None]:
    """Record a refused attempt to change an account."""
    try:
        yield
    except (NotFound, OwnAccount, LastAdministrator):
        if request.method == "POST":
            out_of_scope(attempt, account_of(user_id))
        raise


def _back(user_id: int) -> ResponseReturnValue:
    return redirect(url_for("members.person", user_id=user_id), 303)
