"""The pages of whoever nominates: the form, one's own nominations, the page of a signed link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from booking import clock, i18n
from booking.accounts.engine.permissions import Subject, allowed
from booking.accounts.engine.roles import Role
from booking.accounts.guards import actor, requires
from booking.accounts.queries import all_regions
from booking.db import db, unit_of_work
from booking.directory.engine.url_parameters import read_field_code, read_region_code
from booking.errors import Invalid, NotFound
from booking.instructors.engine.vocabulary import LONGEST_MINUTES, SHORTEST_MINUTES
from booking.instructors.queries import field_tree
from booking.nominations import changes, queries, service
from booking.nominations.engine import links
from booking.nominations.engine.application import MICRO_MINUTES, MOST_TOPICS, Origin
from booking.nominations.engine.lifecycle import (
    NominationCommand,
    NominationParty,
    possible_commands,
)
from booking.nominations.forms import NominationForm, filled
from booking.nominations.models import Nomination
from booking.nominations.service import Acting, Nominator
from booking.web.request_limits import limited
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

SELF, COORDINATOR = "self", "coordinator"


@dataclass(frozen=True, slots=True)
class NominationAccess:
    """How somebody came to a nomination: a signed link, or an account."""

    nomination: Nomination
    token: str | None

    def url(self, page: str) -> str:
        """The path of `show`, `withdraw` or `correct`."""
        if self.token is not None:
            return url_for(f"nominations.link_{page}", token=self.token)
        return url_for(f"nominations.own_{page}", nomination_id=self.nomination.id)


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add, both = blueprint.add_url_rule, ["GET", "POST"]
    add("/nominate", "new", new, methods=both)
    add("/nominations/own", "own", own)
    item, link = "/nominations/own/<int:nomination_id>", "/nominations/link/<token>"
    add(item, "own_show", own_show)
    add(f"{item}/withdraw", "own_withdraw", own_withdraw, methods=["POST"])
    add(f"{item}/correct", "own_correct", own_correct, methods=both)
    add(link, "link_show", link_show)
    add(f"{link}/withdraw", "link_withdraw", link_withdraw, methods=["POST"])
    add(f"{link}/correct", "link_correct", link_correct, methods=both)


@requires("nomination.make")
@limited("nomination", methods=("POST",))
@keeps_typed
def new() -> ResponseReturnValue:
    """Nominate oneself or somebody else."""
    form = NominationForm(formdata=request.form if request.method == "POST" else None)
    _offer(form)
    if request.method == "GET":
        _fill_in(form)
        return _form_page(form, 200)
    return submitted(form, lambda: _submit(form), lambda status: _form_page(form, status))


def _fill_in(form: NominationForm) -> None:
    """Region and field of the address, as recruiting begins a nomination."""
    form.region.data = read_region_code(request.args)
    form.field_1.data = read_field_code(request.args)


def _offer(form: NominationForm) -> None:
    """The ways in which this person can nominate; the one that fits best comes first."""
    who = actor()
    choices = [
        SelectChoice(f"unit-{unit.id}", _("My unit: %(name)s", name=unit.name))
        for unit in who.units
    ]
    if who.has(Role.COORDINATOR) or who.has(Role.ADMIN):
        choices.append(SelectChoice(COORDINATOR, _("The coordinator of the region")))
    choices.append(SelectChoice(SELF, _("The person: I nominate myself")))
    form.who.choices = choices
    if not form.is_submitted() or len(choices) == 1:
        form.who.data = choices[0].value


def _submit(form: NominationForm) -> ResponseReturnValue:
    application, nominator = form.application(), _nominator(form)
    with unit_of_work() as session:
        nomination = service.submit(
            session, application=application, nominator=nominator, now=clock.now()
        )
    flash(_("The nomination was sent."), "success")
    if nominator.user_id is not None:
        return redirect(url_for("nominations.own_show", nomination_id=nomination.id), 303)
    token = links.sign(nomination.id, current_app.config["SECRET_KEY"])
    return redirect(url_for("nominations.link_show", token=token), 303)


def _nominator(form: NominationForm) -> Nominator:
    """Who nominates. What was chosen is checked again: a form can hold anything."""
    who, chosen = actor(), form.who.data or SELF
    language = i18n.selected_language() or ""
    if chosen == COORDINATOR:
        subject = Subject(region_codes=frozenset({form.region.data or ""}))
        if not allowed("nomination.review", who, subject):
            raise Invalid(
                _("You coordinate another region. Choose one of yours, or nominate otherwise."),
                field="region",
            )
        return Nominator(Origin.COORDINATOR, who.user_id, language=language)
    for unit in who.units:
        if chosen == f"unit-{unit.id}":
            return Nominator(Origin.UNIT, who.user_id, unit.id, language=language)
    return Nominator(Origin.SELF, who.user_id, language=language)


def _form_page(
    form: NominationForm, status: int, access: NominationAccess | None = None
) -> ResponseReturnValue:
    session = db.session()
    page = render_template(
        "nominations/form.html",
        form=form,
        access=access,
        regions=all_regions(session),
        fields=field_tree(session),
        numbers=range(2, MOST_TOPICS + 1),
        shortest=SHORTEST_MINUTES,
        longest=LONGEST_MINUTES,
        micro=MICRO_MINUTES,
        remarks=_remarks(access) if access is not None else "",
    )
    return page, status


def _remarks(access: NominationAccess) -> str:
    return queries.last_remarks(queries.history(db.session(), access.nomination.id))


@requires("nomination.own")
def own() -> ResponseReturnValue:
    """One's own nominations, and those of the own units."""
    return render_template("nominations/own.html", rows=queries.own(db.session(), actor()))


@requires("nomination.own")
def own_show(nomination_id: int) -> ResponseReturnValue:
    """One of them, with what can be done."""
    return _show(_own(nomination_id))


@requires("nomination.own")
def own_withdraw(nomination_id: int) -> ResponseReturnValue:
    """Withdraw it."""
    return _withdraw(_own(nomination_id))


@requires("nomination.own")
@keeps_typed
def own_correct(nomination_id: int) -> ResponseReturnValue:
    """Correct it after it was returned."""
    return _correct(lambda: _own(nomination_id))


@requires("nomination.link")
def link_show(token: str) -> ResponseReturnValue:
    """The page of a signed link."""
    return _show(_linked(token))


@requires("nomination.link")
def link_withdraw(token: str) -> ResponseReturnValue:
    """Withdraw it."""
    return _withdraw(_linked(token))


@requires("nomination.link")
@keeps_typed
def link_correct(token: str) -> ResponseReturnValue:
    """Correct it after it was returned."""
    return _correct(lambda: _linked(token))


def _own(nomination_id: int) -> NominationAccess:
    return NominationAccess(queries.own_by_id(db.session(), nomination_id, actor()), None)


def _linked(token: str) -> NominationAccess:
    keys = [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]
    nomination_id = links.read(token, keys)
    if nomination_id is None:
        raise NotFound()
    nomination = queries.by_id(db.session(), nomination_id)
    if nomination.user_id is not None or nomination.origin is not Origin.SELF:
        raise NotFound()
    return NominationAccess(nomination, token)


def _show(access: NominationAccess) -> ResponseReturnValue:
    rows = queries.history(db.session(), access.nomination.id)
    return render_template(
        "nominations/show_own.html",
        one=access.nomination,
        access=access,
        commands=possible_commands(access.nomination.state, NominationParty.NOMINATOR),
        history=rows,
        remarks=queries.last_remarks(rows),
        link=f"{current_app.config['BASE_URL']}{access.url('show')}" if access.token else "",
    )


def _acting() -> Acting:
    return Acting(NominationParty.NOMINATOR, actor().user_id, clock.now())


def _withdraw(access: NominationAccess) -> ResponseReturnValue:
    with unit_of_work() as session:
        nomination = changes.locked(session, access.nomination.id)
        service.give_command(session, nomination, NominationCommand.WITHDRAW, acting=_acting())
    flash(_("The nomination was withdrawn."), "success")
    return redirect(access.url("show"), 303)


def _correct(find: Callable[[], NominationAccess]) -> ResponseReturnValue:
    access = find()
    if NominationCommand.CORRECT not in possible_commands(
        access.nomination.state, NominationParty.NOMINATOR
    ):
        return redirect(access.url("show"), 303)
    if request.method == "GET":
        return _form_page(filled(access.nomination), 200, access)
    form = NominationForm()
    form.who.choices = []
    form.who.validate_choice = False
    return submitted(
        form, lambda: _corrected(form, access), lambda status: _form_page(form, status, find())
    )


def _corrected(form: NominationForm, access: NominationAccess) -> ResponseReturnValue:
    application = form.application()
    with unit_of_work() as session:
        nomination = changes.locked(session, access.nomination.id)
        service.correct(session, nomination, application=application, acting=_acting())
    flash(_("Corrected and sent again."), "success")
    return redirect(access.url("show"), 303)
