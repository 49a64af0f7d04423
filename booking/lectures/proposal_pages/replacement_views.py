"""The page on which another instructor is asked to take a lecture."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms.fields.choices import SelectChoice

from booking import clock, i18n
from booking.accounts.guards import actor, authorise, requires
from booking.db import db, unit_of_work
from booking.errors import DomainError, Invalid
from booking.instructors.words import person_name
from booking.lectures import queries
from booking.lectures.engine.agreement import ProposalKind
from booking.lectures.engine.errors import ProposalOpen
from booking.lectures.engine.unbookable import NotBookable
from booking.lectures.models import Lecture
from booking.lectures.parties import parties
from booking.lectures.proposal_pages.forms import NOT_FREE, ReplacementForm
from booking.lectures.proposal_pages.openings import refuse_if_impossible
from booking.lectures.proposals import service
from booking.lectures.proposals.acts import Acting
from booking.lectures.proposals.candidates import Candidate, OfferedTopic, candidates
from booking.lectures.proposals.options import Wanted
from booking.web.problems import on_page
from booking.web.request_safety import keeps_typed
from booking.web.submissions import with_error


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule(
        "/lectures/<number>/replace", "replace", replace, methods=["GET", "POST"]
    )


@requires("account.use")
@keeps_typed
def replace(number: str) -> ResponseReturnValue:
    """List who else could take the lecture, and ask the one who is chosen."""
    lecture = queries.by_number(db.session(), number, whole=True)
    authorise("lecture.change", queries.subject(lecture))
    if request.method == "GET" and refuse_if_impossible(lecture, now=clock.now()):
        flash(str(ProposalOpen.sentence), "danger")
        return redirect(url_for("lectures.show", number=number), 303)
    form = _form(_candidates(lecture), lecture)
    if request.method == "GET":
        return _page(number, form, 200)
    if not form.candidate.choices:
        # Whoever could have taken it is busy by now: there is no control to lead to.
        return _page(number, form, 422, Invalid(NOT_FREE))
    if not form.validate():
        return _page(number, form, 422)
    try:
        _propose(lecture, form)
    except on_page(NotBookable) as error:
        with_error(form, Invalid(NOT_FREE, "candidate"))
        return _page(number, form, error.status)
    except on_page(DomainError) as error:
        return _page(number, form, error.status, error)
    flash(_("Asked. The lecture stays as it is until everybody has agreed."), "success")
    return redirect(url_for("lectures.show", number=number), 303)


def _propose(lecture: Lecture, form: ReplacementForm) -> None:
    who, number = actor(), lecture.number
    capacities = form.parties(parties(who, lecture))
    instructor_id, topic_id = form.chosen()
    wanted = Wanted(
        lecture.starts_at,
        lecture.region_code,
        lecture.place,
        lecture.format,
        instructor_id=instructor_id,
        topic_id=topic_id,
    )
    with unit_of_work() as session:
        service.propose(
            session,
            number=number,
            kind=ProposalKind.REPLACEMENT,
            wanted=[wanted],
            acting=Acting(capacities, who.user_id, clock.now(), form.reason.data or ""),
            zone=i18n.zone(),
        )


def _candidates(lecture: Lecture) -> list[Candidate]:
    return candidates(db.session(), lecture, urgent=True, now=clock.now(), zone=i18n.zone())


def _form(found: Sequence[Candidate], lecture: Lecture) -> ReplacementForm:
    form = ReplacementForm(formdata=request.form if request.method == "POST" else None)
    form.ask_side(parties(actor(), lecture))
    form.candidate.choices = [
        SelectChoice(f"{one.instructor.id}-{topic.id}", _words(one, topic))
        for one in found
        for topic in one.topics
    ]
    return form


def _words(candidate: Candidate, topic: OfferedTopic) -> Markup:
    """Who, from where, on what, for how long."""
    one = candidate.instructor
    name = person_name(one.name, one.name_pinyin)
    region = i18n.data_name(one.region.name, one.region.name_en)
    where = Markup(" · ").join(i18n.with_lang(text) for text in (one.workplace, region) if text)
    minutes = _("%(minutes)s minutes", minutes=topic.minutes)
    first = Markup('<strong>{}</strong> <span class="quiet">{}</span>').format(name, where)
    second = Markup('{} <span class="quiet">{}</span>').format(i18n.with_lang(topic.title), minutes)
    return first + Markup("<br>") + second


def _page(
    number: str, form: ReplacementForm, status: int, refusal: DomainError | None = None
) -> ResponseReturnValue:
    # After a unit of work the rows are read anew.
    lecture = queries.by_number(db.session(), number, whole=True)
    page = render_template(
        "lectures/replace.html",
        lecture=lecture,
        form=form,
        refusal=refusal,
        parties=parties(actor(), lecture),
    )
    return page, status
