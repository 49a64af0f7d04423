"""The form of a need: three short steps, each a page; what was typed goes along in the form."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select
from wtforms.fields.choices import SelectChoice

from booking import clock, i18n
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import actor, authorise, requires
from booking.accounts.queries import all_regions
from booking.db import db, unit_of_work
from booking.directory.words import PARTS_OF_DAY
from booking.errors import DomainError, Invalid, NotFound
from booking.instructors.engine.vocabulary import Audience, Format
from booking.instructors.models import Field, Instructor
from booking.instructors.queries import field_tree, public_title
from booking.lectures.words import AUDIENCES, FORMATS
from booking.orders import queries, service
from booking.orders.engine.needs import (
    LONGEST_EQUIPMENT,
    LONGEST_REMARKS,
    LONGEST_WISH,
    NO_SUBJECT,
    NO_WINDOW,
    Need,
    check_windows,
)
from booking.orders.engine.windows import MOST_WINDOWS
from booking.orders.forms import CARRIED, STEP_FIELDS, NeedForm
from booking.orders.need_form.parameters import from_order, from_search
from booking.orders.need_form.windows import windows_of
from booking.web.problems import on_page
from booking.web.request_safety import is_stale, keeps_typed

LAST_STEP = len(STEP_FIELDS)
MOST_DIGITS = 9


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule("/orders/new", "new", new, methods=["GET", "POST"])


@requires("order.place")
@keeps_typed
def new() -> ResponseReturnValue:
    """One step of the form; the last one places the order."""
    form = _form()
    if request.method == "GET":
        return _page(form, 1, 200)
    step = _step(form)
    if "back" in request.form:
        return _page(form, max(1, step - 1), 200)
    wrong = _first_wrong_step(form, step)
    if wrong is not None:
        return _page(form, wrong, 422)
    if step < LAST_STEP:
        return _page(form, step + 1, 200)
    return _placed(form)


def _step(form: NeedForm) -> int:
    value = form.step.data or ""
    return int(value) if value in {str(number) for number in range(1, LAST_STEP + 1)} else 1


def _first_wrong_step(form: NeedForm, step: int) -> int | None:
    """The first step up to this one with a wrong value; errors of other steps are forgotten."""
    valid = form.validate()
    if is_stale():
        _forget(form, step)
        return step
    _check_subject(form)
    if step > 1:
        windows = windows_of(db.session(), form, i18n.zone())
        _check_windows(form, windows)
    for number, names in enumerate(STEP_FIELDS[:step], 1):
        if any(form[name].errors for name in names):
            _forget(form, number)
            return number
    _forget(form, 0)
    return None if valid or step < LAST_STEP else step


def _forget(form: NeedForm, step: int) -> None:
    """Only the fields of one step tell their errors: the others are not shown."""
    for number, names in enumerate(STEP_FIELDS, 1):
        if number != step:
            for name in names:
                form[name].errors = ()


def _check_subject(form: NeedForm) -> None:
    about = (form.wish.data or "").strip() or form.field.data or form.topic.data
    if not about:
        form.wish.errors = [NO_SUBJECT]
    if form.field.data and _field_id(form) is None:
        form.field.errors = [_("There is no such field. Choose one from the list.")]


def _check_windows(form: NeedForm, windows: tuple[object, ...]) -> None:
    names = STEP_FIELDS[1]
    if any(form[name].errors for name in names):
        return
    try:
        check_windows(windows, now=clock.now())  # type: ignore[arg-type]
    except on_page(Invalid) as error:
        form[error.field].errors = [error.sentence]


def _placed(form: NeedForm) -> ResponseReturnValue:
    authorise("order.place", Subject(organisation_id=form.organisation.data))
    need = _need(form)
    try:
        with unit_of_work() as session:
            order = service.place(
                session, need=need, user_id=actor().user_id, now=clock.now(), zone=i18n.zone()
            )
    except on_page(Invalid) as error:
        if error.field not in form:
            raise
        form[error.field].errors = [error.sentence]
        steps = [number for number, names in enumerate(STEP_FIELDS, 1) if error.field in names]
        return _page(form, steps[0] if steps else LAST_STEP, error.status)
    except NotFound:
        raise
    except on_page(DomainError) as error:
        return _page(form, LAST_STEP, error.status, error)
    flash(_("Your order has been placed. The coordinator of your region has been told."), "success")
    return redirect(url_for("orders.show", number=order.number), 303)


def _need(form: NeedForm) -> Need:
    return Need(
        organisation_id=form.organisation.data,
        windows=windows_of(db.session(), form, i18n.zone()),
        region_code=form.region.data or "",
        place=form.place.data or "",
        wish=(form.wish.data or "").strip(),
        topic_id=_id(form.topic.data),
        field_id=_field_id(form),
        audience=form.chosen_audience(),
        format=form.chosen_format(),
        attendees=form.attendees.data,
        equipment=form.equipment.data or "",
        remarks=form.remarks.data or "",
        accepts_another_time=bool(form.another.data),
        instructor_id=_id(form.instructor.data),
    )


def _id(value: str | None) -> int | None:
    text = value or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


def _field_id(form: NeedForm) -> int | None:
    present = func.coalesce(Field.merged_into_id, Field.id)
    return db.session().scalar(select(present).where(Field.code == (form.field.data or "")))


def _form() -> NeedForm:
    form = NeedForm(formdata=request.form if request.method == "POST" else None)
    own = actor().units
    form.organisation.choices = [SelectChoice(unit.id, unit.name) for unit in own]
    form.audience.choices = [
        SelectChoice("", _("Mixed")),
        *(SelectChoice(one.value, AUDIENCES[one]) for one in Audience),
    ]
    form.format.choices = [
        SelectChoice("", _("Any format")),
        *(SelectChoice(one.value, FORMATS[one]) for one in Format),
    ]
    if request.method == "GET":
        form.organisation.data, form.region.data = own[0].id, own[0].region_code
        form.audience.data = form.format.data = ""
        _fill(form)
    return form


def _fill(form: NeedForm) -> None:
    """Fill in what is known, so that nothing is asked twice."""
    number = request.args.get("like", "")[:20]
    earlier = queries.earlier(db.session(), actor().organisation_ids, number) if number else None
    values = from_order(earlier, i18n.zone(), i18n.today()) if earlier else {}
    values |= from_search(request.args)
    for name, value in values.items():
        choices = getattr(form[name], "choices", None)
        if choices is None or value in {choice.value for choice in choices}:
            form[name].data = value


def _page(
    form: NeedForm, step: int, status: int, refusal: DomainError | None = None
) -> ResponseReturnValue:
    session = db.session()
    topic_id, instructor_id = _id(form.topic.data), _id(form.instructor.data)
    page = render_template(
        "orders/new.html",
        form=form,
        step=step,
        refusal=refusal,
        carried=[name for names in STEP_FIELDS[: step - 1] for name in names]
        + [name for names in STEP_FIELDS[step:] for name in names]
        + list(CARRIED),
        regions=all_regions(session),
        fields=field_tree(session) if step == 1 else [],
        parts=PARTS_OF_DAY,
        rows=range(1, MOST_WINDOWS + 1),
        like_topic=public_title(session, topic_id) if topic_id else None,
        only=session.get(Instructor, instructor_id) if instructor_id else None,
        longest_wish=LONGEST_WISH,
        longest_equipment=LONGEST_EQUIPMENT,
        longest_remarks=LONGEST_REMARKS,
        no_window=NO_WINDOW,
    )
    return page, status
