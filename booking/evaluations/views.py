"""Pages of evaluations: of branches, of listeners, of instructors, of coordinators."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.guards import actor, authorise, requires
from booking.db import db, unit_of_work
from booking.errors import NotFound
from booking.evaluations import history, overview_views, queries, service
from booking.evaluations.engine import groups, policy
from booking.evaluations.engine.scales import HIGHEST, LONGEST_TEXT, LOWEST
from booking.evaluations.errors import AnsweredAlready, NotToEvaluate, NotYet
from booking.evaluations.forms import EvaluationForm, form_of
from booking.evaluations.models import EvaluationSet
from booking.evaluations.words import DIMENSIONS, SCORES
from booking.lectures import queries as lecture_queries
from booking.lectures.models import Lecture
from booking.listener_links import service as links
from booking.listener_links.devices import device_key, remember_device
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.limits import counted
from booking.listener_links.models import ListenerLink
from booking.web.problems import on_page
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

blueprint = Blueprint("evaluations", __name__)
overview_views.register(blueprint)


def _scale_words() -> str:
    """What the numbers of means stand for."""
    return str(_("%(best)s is very good, %(worst)s very poor.", best=HIGHEST, worst=LOWEST))


@blueprint.record_once
def words(state: BlueprintSetupState) -> None:
    """Add what other features' templates show to the template globals."""
    state.app.jinja_env.globals.update(
        EVALUATION_DIMENSIONS=DIMENSIONS,
        EVALUATION_SCORES=SCORES,
        EVALUATION_LEAST=groups.LEAST,
        EVALUATION_TEXT=LONGEST_TEXT,
        evaluation_scale=_scale_words,
        evaluations_waiting=_waiting,
        would_book_again=_would_book_again,
    )


def _waiting() -> list[Lecture]:
    """The lectures that wait for an evaluation by the branches of the reader."""
    who = actor()
    if not who.organisation_ids:
        return []
    return list(queries.waiting(db.session(), who.organisation_ids, clock.now()))


def _would_book_again(instructor_id: int) -> tuple[int, int] | None:
    """For the public page of an instructor (`history.public_again`)."""
    return history.public_again(db.session(), instructor_id, clock.now())


@blueprint.route("/lectures/<number>/evaluation", methods=["GET", "POST"])
@requires("evaluation.give")
@keeps_typed
def give(number: str) -> ResponseReturnValue:
    """The evaluation of a lecture by its branch."""
    lecture = lecture_queries.by_number(db.session(), number, whole=True)
    authorise("evaluation.give", lecture_queries.subject(lecture))
    now = clock.now()
    if not policy.branch_may(lecture.state, lecture.ends_at, now):
        raise NotToEvaluate()
    form = _form(_again_words(of_branch=True), further=True)
    if request.method == "GET":
        given = queries.branch_evaluation(db.session(), lecture.id)
        if given is not None:
            form.show(given)
        return _branch_page(lecture, form, 200)

    def accept() -> ResponseReturnValue:
        with unit_of_work() as session:
            service.give(
                session, number=number, answers=form.answers(), user_id=actor().user_id, now=now
            )
        flash(_("Thank you. The evaluation is stored."), "success")
        return redirect(f"{url_for('lectures.show', number=number)}#evaluation", 303)

    return submitted(form, accept, lambda status: _branch_page(lecture, form, status))


@blueprint.route("/evaluate/<token>", methods=["GET", "POST"])
@counted
@requires("listener.link")
@keeps_typed
def answer(token: str) -> ResponseReturnValue:
    """The evaluation of a listener, who scanned the code in the hall."""
    now = clock.now()
    link = links.link_by_token(db.session(), token, LinkPurpose.EVALUATION, now)
    lecture = db.session().get_one(Lecture, link.lecture_id)
    if not policy.listeners_may(lecture.state, lecture.starts_at, lecture.ends_at, now):
        raise NotYet()
    key = device_key(link)
    form = _form(_again_words(of_branch=False), further=False)
    if request.method == "GET":
        done = queries.has_answered(db.session(), link.id, key)
        return _listener_page(lecture, form, token, done=done)

    def accept() -> ResponseReturnValue:
        _store(token, key, form, now)
        return remember_device(
            make_response(redirect(url_for("evaluations.answer", token=token), 303))
        )

    try:
        return submitted(
            form, accept, lambda status: _listener_page(lecture, form, token, status=status)
        )
    except on_page(AnsweredAlready) as error:
        return _listener_page(lecture, form, token, done=True, status=error.status)


def _store(token: str, key: str, form: EvaluationForm, now: datetime) -> None:
    with unit_of_work() as session:
        # Looked for again: it may have been closed since.
        link: ListenerLink = links.link_by_token(session, token, LinkPurpose.EVALUATION, now)
        service.answer(session, link=link, device_key=key, answers=form.answers(), now=now)


@blueprint.get("/evaluations")
@requires("evaluation.own")
def mine() -> ResponseReturnValue:
    """The own evaluations of an instructor, over time."""
    return _own_page()


@blueprint.post("/evaluations/consent")
@requires("evaluation.own")
def consent() -> ResponseReturnValue:
    """Let the public page tell how many would book again, or no longer."""
    given = request.form.get("given") == "yes"
    with unit_of_work() as session:
        service.consent(session, instructor_id=_own_id(), given=given, now=clock.now())
    told = _("Your page now tells it.") if given else _("Your page no longer tells it.")
    flash(told, "success")
    return redirect(url_for("evaluations.mine"), 303)


def _own_id() -> int:
    return min(actor().instructor_ids)


def _own_page() -> ResponseReturnValue:
    session, instructor_id = db.session(), _own_id()
    found = history.history(session, instructor_id, now=clock.now(), zone=i18n.zone())
    questions = {
        one.key: one for past in reversed(queries.every_set(session)) for one in past.asked
    }
    return render_template(
        "evaluations/mine.html", found=found, questions=questions, instructor_id=instructor_id
    )


def _again_words(*, of_branch: bool) -> str:
    if of_branch:
        return str(_("Would you book this instructor again?"))
    return str(_("Would you like to hear this instructor again?"))


def _form(again: str, *, further: bool) -> EvaluationForm:
    """The form of the set that was sent, or of the newest; raises `NotFound` for an unknown one."""
    session, sent = db.session(), request.form.get("version", "")
    version = queries.newest_set(session)
    if request.method == "POST" and sent != str(version.id):
        number = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else 0
        earlier = session.get(EvaluationSet, number)
        if earlier is None:
            raise NotFound()
        version = earlier
    return form_of(version, chinese=i18n.is_chinese(), again=again, further=further)


def _branch_page(lecture: Lecture, form: EvaluationForm, status: int) -> ResponseReturnValue:
    until = lecture.ends_at + policy.BRANCH_WITHIN
    page = render_template("evaluations/give.html", lecture=lecture, form=form, until=until)
    return page, status


def _listener_page(
    lecture: Lecture, form: EvaluationForm, token: str, *, done: bool = False, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "evaluations/answer.html", lecture=lecture, form=form, token=token, done=done
    )
    return remember_device(make_response(page, status))
