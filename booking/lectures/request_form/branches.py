"""For which branch a booking is: one of the own, or one of the region that a coordinator names.

A province has thousands of branches: a part of the name is typed, and where several have it in
their name, the form comes back with these to choose from.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from booking.accounts.engine.roles import Actor, Role, Unit
from booking.accounts.models import Organisation
from booking.accounts.successors.queries import OPEN
from booking.lectures.engine.errors import OutOfScope
from booking.lectures.engine.states import Party
from booking.lectures.forms import BookingForm
from booking.lectures.overview import organisation_in_scope
from booking.text import is_blank

MOST = 20
"""Branches to choose from; with more, the name is too short."""

NOBODY = 0
"""The value of the choice while no branch is named: no organisation has it."""


def acts_for_others(who: Actor) -> bool:
    """Whether somebody books for branches that are not their own."""
    return who.has(Role.COORDINATOR) or who.has(Role.ADMIN)


def named(session: Session, who: Actor, name: str) -> list[Unit]:
    """The branches in scope with this name; without any, those that have it in their name."""
    query = select(Organisation).where(organisation_in_scope(who), OPEN).limit(MOST + 1)
    by_name = query.order_by(func.length(Organisation.name), Organisation.id)
    same = [one.unit() for one in session.scalars(by_name.where(Organisation.name == name))]
    if same:
        return same
    part = Organisation.name.contains(name, autoescape=True)
    return [one.unit() for one in session.scalars(by_name.where(part))]


def offer(form: BookingForm, session: Session, who: Actor) -> None:
    """Set the choices of the form: the own branches, and those that the typed name means."""
    typed = (form.branch.data or "").strip()
    found: Sequence[Unit] = who.units
    if acts_for_others(who) and typed:
        found = named(session, who, typed)[:MOST]
        if len(found) == 1:
            form.organisation.data = found[0].id
    choices = [SelectChoice(unit.id, unit.name) for unit in found]
    form.organisation.choices = choices or [SelectChoice(NOBODY, "")]
    if not choices and form.organisation.data is None:
        form.organisation.data = NOBODY


def check(form: BookingForm, who: Actor) -> bool:
    """Whether one branch is chosen; if not, says at the right field what to do."""
    if not acts_for_others(who):
        return not form.organisation.errors
    typed = (form.branch.data or "").strip()
    chosen = form.organisation.data or NOBODY
    offered = [choice.value for choice in form.organisation.choices]
    if chosen in offered and chosen != NOBODY:
        return True
    form.organisation.errors = []
    if is_blank(typed):
        form.branch.errors = [
            OutOfScope().sentence if chosen else _("Type the name of the branch, or a part of it.")
        ]
    elif offered == [NOBODY]:
        form.branch.errors = [_("No branch of your region has this in its name.")]
    else:
        form.organisation.errors = [_("Several branches have this in their name. Choose one.")]
    return False


def party(who: Actor, organisation_id: int) -> Party:
    """The capacity in which somebody books for an organisation."""
    return Party.BRANCH if organisation_id in who.organisation_ids else Party.BRANCH_COORDINATOR
