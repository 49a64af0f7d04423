"""The editor's page, and what its forms have in common: recording, returning, previewing."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from booking import clock, i18n
from booking.accounts.guards import actor
from booking.availability import queries
from booking.availability.editor import undo
from booking.availability.editor.forms import OverrideForm, RulesForm
from booking.availability.editor.preview_page import Change, preview
from booking.availability.editor.week_forms import WeekForm
from booking.availability.engine.hours import Override
from booking.availability.engine.offers import Availability
from booking.availability.engine.rules import Part, RuleSet
from booking.availability.engine.timetables import Week, flatten
from booking.availability.external import service as external
from booking.availability.external.views import FURTHEST
from booking.availability.guards import instructor_of
from booking.availability.promises.queries import lying_in, promised, untold
from booking.db import db
from booking.errors import DomainError
from booking.instructors.models import Instructor


@dataclass(frozen=True, slots=True)
class Typed:
    """Forms that were submitted but not saved, to be shown again instead of what is stored."""

    week: WeekForm | None = None
    override: OverrideForm | None = None
    rules: FlaskForm | None = None
    change: Change | None = None
    """What the preview shows of them; None: what is saved."""
    closing: tuple[Override, ...] = ()
    """The exceptions of `override`, to find the lectures that lie in them."""


NOTHING_TYPED = Typed()


def editable(instructor_id: int) -> Instructor:
    """The instructor, if the actor may change the hours; raises `NotFound` (404)."""
    return instructor_of(instructor_id, "availability.edit")


def recorded(session: Session, instructor_id: int, part: Part) -> AbstractContextManager[None]:
    """Record what the block changes in a part, so that it can be undone."""
    return undo.recorded(
        session,
        instructor_id=instructor_id,
        part=part,
        user_id=actor().user_id,
        now=clock.now(),
    )


def back(instructor_id: int) -> ResponseReturnValue:
    """Redirect to the editor."""
    return redirect(url_for("availability.edit", instructor_id=instructor_id), 303)


def with_week(instructor: Instructor, week: Week) -> Change:
    """A change that replaces the everyday week; the timetables beside it stay."""
    rows = queries.timetables_of(db.session(), instructor.id)
    weekly = flatten(week, [queries.read_timetable(row) for row in rows])
    return lambda availability: replace(
        availability, hours=replace(availability.hours, weekly=weekly)
    )


def with_overrides(added: tuple[Override, ...]) -> Change:
    """A change that adds exceptions."""

    def change(availability: Availability) -> Availability:
        overrides = (*availability.hours.overrides, *added)
        return replace(availability, hours=replace(availability.hours, overrides=overrides))

    return change


def with_rules(rules: RuleSet) -> Change:
    """A change that replaces the booking rules."""
    return lambda availability: replace(
        availability,
        hours=replace(availability.hours, policy=rules.holidays),
        rules=rules.booking,
        limits=replace(availability.limits, caps=rules.caps),
    )


def page(
    instructor: Instructor,
    typed: Typed = NOTHING_TYPED,
    *,
    unsaved: bool = False,
    refusal: DomainError | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Render the editor; a submitted form that was not saved keeps its values."""
    session, now = db.session(), clock.now()
    template = queries.slot_template(session, instructor.region_code)
    week = typed.week or _stored_week(instructor.id)
    week.offer(template)
    rules = queries.rules_of(session, instructor.id)
    lectures = promised(instructor.id)
    text = render_template(
        "availability/edit.html",
        instructor=instructor,
        week=week,
        template=template,
        override=typed.override or OverrideForm(formdata=None),
        rules=typed.rules or RulesForm.showing(rules),
        saved_rules=rules,
        usual_rules=rules == queries.usual_rules(),
        overrides=queries.overrides_of(session, instructor.id, i18n.today()),
        timetables=queries.timetables_of(session, instructor.id),
        preview=preview(instructor, lectures, typed.change),
        previewed=_previewed(typed),
        affected=lying_in(lectures, typed.closing),
        on_closed_days=untold([one for one in lectures if one.closed]),
        external_calendars=external.overview(session, instructor.id, now),
        whole=now + FURTHEST,
        last_change=undo.last_change(session, instructor.id),
        own=instructor.id in actor().instructor_ids,
        unsaved=unsaved,
        refusal=refusal,
    )
    return text, status


def _previewed(typed: Typed) -> str:
    """The name of the form whose values are previewed; empty if none is."""
    if typed.change is None:
        return ""
    return "week" if typed.week else "override" if typed.override else "rules"


def _stored_week(instructor_id: int) -> WeekForm:
    form = WeekForm(formdata=None)
    form.show(queries.week_of(db.session(), instructor_id))
    return form
