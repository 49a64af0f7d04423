"""The page of a lecture's test, and the page on which listeners answer and see their own result."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import actor, authorise, requires
from booking.db import db, unit_of_work
from booking.errors import Conflict, DomainError, Invalid, NotFound
from booking.knowledge_tests import queries, service
from booking.knowledge_tests.bank import sheet_views
from booking.knowledge_tests.bank import views as bank_views
from booking.knowledge_tests.engine.questions import (
    FEWEST_ASKED,
    FEWEST_CHOICES,
    MOST_ASKED,
    MOST_CHOICES,
    chosen,
    letters,
)
from booking.knowledge_tests.models import GivenAnswer, KnowledgeTest
from booking.knowledge_tests.results import own_result
from booking.knowledge_tests.sections import KEEPERS
from booking.lectures import queries as lecture_queries
from booking.lectures.engine.states import Party
from booking.lectures.engine.transitions import PUBLISHED
from booking.lectures.models import Lecture
from booking.lectures.parties import parties
from booking.listener_links import devices, limits
from booking.listener_links import queries as link_queries
from booking.listener_links import service as links
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.models import ListenerLink
from booking.web.problems import on_page

blueprint = Blueprint("knowledge_tests", __name__)
blueprint.record_once(
    lambda state: state.app.jinja_env.globals.update(
        FEWEST_CHOICES=FEWEST_CHOICES, MOST_CHOICES=MOST_CHOICES
    )
)
bank_views.register(blueprint)
sheet_views.register(blueprint)


@blueprint.get("/lectures/<number>/test")
@requires("test.edit")
def show(number: str) -> ResponseReturnValue:
    """The test of a lecture: its questions, its codes for the hall, the change of the group."""
    lecture, who = _readable(number)
    return _page(lecture, who)


@blueprint.post("/lectures/<number>/test/<any(choose,draw):way>")
@requires("test.edit")
def prepare(number: str, way: str) -> ResponseReturnValue:
    """Choose the questions by hand, or let some be drawn."""
    lecture, who = _readable(number)
    if way == "choose" and not who & KEEPERS:
        raise NotFound()
    ids = [int(one) for one in request.form.getlist("questions") if one.isdecimal()]
    try:
        with unit_of_work() as session:
            if way == "draw":
                ids = service.drawn(session, lecture.topic_id, _wanted())
            service.prepare(session, number, ids)
    except on_page(Conflict, Invalid) as error:
        return _page(*_readable(number), error, ids)
    flash(_("The questions are chosen."), "success")
    return redirect(url_for("knowledge_tests.show", number=number), 303)


@blueprint.route("/test/<token>", methods=["GET", "POST"])
@requires("listener.link")
@limits.counted
def answer(token: str) -> ResponseReturnValue:
    """The questions for a device that has not answered, or what it has answered."""
    link = link_queries.genuine(db.session(), token)
    if link is None or link.purpose not in queries.PURPOSES:
        raise NotFound()
    known = queries.answer_of(db.session(), link.id, devices.device_key(link))
    if known is not None and request.method == "GET":
        return _done(known)
    now = clock.now()
    link = links.link_by_token(db.session(), token, link.purpose, now)
    if request.method == "GET":
        return _questions(link)
    device = service.Device(devices.device_key(link), devices.pair_key(link.lecture_id))
    try:
        with unit_of_work() as session:
            none_known = "none" in request.form
            service.answer(session, link, device, _ticked(), none_known=none_known, now=now)
    except on_page(Invalid) as error:
        return _questions(links.link_by_token(db.session(), token, link.purpose, now), error)
    except on_page(Conflict) as error:
        found = queries.answer_of(db.session(), link.id, device.key)
        if found is None:
            raise
        return _done(found, error)
    return devices.remember_device(
        make_response(redirect(url_for("knowledge_tests.answer", token=token), 303))
    )


def _readable(number: str) -> tuple[Lecture, frozenset[Party]]:
    """A lecture that stands, and the reader's capacities; raises `NotFound`."""
    lecture = lecture_queries.by_number(db.session(), number, whole=True)
    authorise("test.edit", lecture_queries.subject(lecture))
    who = parties(actor(), lecture)
    if not who or lecture.state not in PUBLISHED:
        raise NotFound()
    return lecture, who


def _wanted() -> int:
    typed = request.form.get("count", "")
    number = int(typed) if typed.isdecimal() and len(typed) < 3 else FEWEST_ASKED
    return min(max(number, FEWEST_ASKED), MOST_ASKED)


def _page(
    lecture: Lecture,
    who: frozenset[Party],
    refusal: DomainError | None = None,
    ids: list[int] | None = None,
) -> ResponseReturnValue:
    session, now = db.session(), clock.now()
    test = queries.test_of(session, lecture.id)
    found = queries.links_of(session, [lecture.id])
    asked = [one.question_id for one in test.asked] if test else []
    page = render_template(
        "knowledge_tests/test.html",
        lecture=lecture,
        test=test,
        offered=queries.on_offer(session, lecture.topic_id),
        keeper=bool(who & KEEPERS),
        opened=bool(found),
        taken=any(link_queries.is_open(one, now) for one in found),
        change=queries.change_of_group(session, lecture.id, now),
        chosen=asked if ids is None else ids,
        fewest=FEWEST_ASKED,
        most=MOST_ASKED,
        refusal=refusal,
        letters=letters,
    )
    return page, 200 if refusal is None else refusal.status


def _ticked() -> dict[int, int]:
    """The ticked choices by the id of the question; what is no choice becomes an impossible one."""
    found = {}
    for name, values in request.form.lists():
        if name.startswith("q") and name[1:].isdecimal() and len(name) < 11:
            indexes = [int(one) if one in _INDEXES else MOST_CHOICES for one in values]
            found[int(name[1:])] = chosen(indexes)
    return found


_INDEXES = tuple(str(index) for index in range(MOST_CHOICES))


def _questions(link: ListenerLink, refusal: DomainError | None = None) -> ResponseReturnValue:
    test = queries.test_of(db.session(), link.lecture_id)
    if test is None:
        raise NotFound()
    page = render_template(
        "knowledge_tests/answer.html",
        lecture=db.session().get_one(Lecture, link.lecture_id),
        before=link.purpose is LinkPurpose.TEST_BEFORE,
        test=test,
        ticked=_ticked() if refusal else {},
        refusal=refusal,
    )
    response = make_response(page, 200 if refusal is None else refusal.status)
    return devices.remember_device(response)


def _done(known: GivenAnswer, refusal: DomainError | None = None) -> ResponseReturnValue:
    session = db.session()
    test = session.get_one(KnowledgeTest, known.test_id)
    before = known.purpose is LinkPurpose.TEST_BEFORE
    first = (
        known
        if before
        else queries.paired(session, test.id, LinkPurpose.TEST_BEFORE, known.pair_key)
    )
    page = render_template(
        "knowledge_tests/done.html",
        lecture=session.get_one(Lecture, test.lecture_id),
        result=None if before else own_result(test, known, first),
        refusal=refusal,
    )
    response = make_response(page, 200 if refusal is None else refusal.status)
    response.headers["Cache-Control"] = "no-store"
    return response
