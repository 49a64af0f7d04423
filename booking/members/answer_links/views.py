"""Hands over the answer link of a lecture to an instructor whom no mail reaches.

The link is the one of the mails (`lectures/engine/answer_links.py`): it is bound to the
instructor's account and to this version of the request, so that it answers once.
"""

from __future__ import annotations

from flask import Blueprint, current_app, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import audit, clock
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import actor, authorise, requires
from booking.accounts.models import Membership, User
from booking.audit import About, Action, SubjectKind
from booking.db import db, unit_of_work
from booking.errors import Conflict, NotFound
from booking.lectures import queries
from booking.lectures.engine import answer_links
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.members import handover
from booking.members.handover import Card
from booking.members.refusals import out_of_scope
from booking.sentences import N_


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule(
        "/lectures/<number>/answer-link", "answer_link", hand_over, methods=["POST"]
    )
    blueprint.record_once(lambda state: state.app.jinja_env.globals.update(answer_link_for=offered))


def offered(lecture: Lecture) -> bool:
    """For templates: whether the reader can hand over a link for this lecture. One query."""
    if lecture.state is not State.REQUESTED:
        return False
    if not actor().coordinates(lecture.instructor.region_code):
        return False
    return _unreached(db.session(), lecture.instructor_id) is not None


def _unreached(session: Session, instructor_id: int) -> User | None:
    """The instructor's active account without an address."""
    query = (
        select(User)
        .join(Membership)
        .where(Membership.instructor_id == instructor_id, User.active, User.email.is_(None))
        .order_by(User.id)
    )
    return session.scalars(query).unique().first()


@requires("member.manage")
def hand_over(number: str) -> ResponseReturnValue:
    """Show the answer link of a request that waits, once, and record it."""
    lecture = queries.by_number(db.session(), number, whole=True)
    try:
        codes = frozenset({lecture.instructor.region_code})
        authorise("member.manage", Subject(region_codes=codes))
    except NotFound:
        out_of_scope("answer link", About(SubjectKind.LECTURE, lecture.id, lecture.number))
        raise
    user = _unreached(db.session(), lecture.instructor_id)
    if user is None or lecture.state is not State.REQUESTED or lecture.reply_due_at <= clock.now():
        raise Conflict(N_("This request waits for no answer by a link."))
    answer = answer_links.Answer(
        number=lecture.number,
        sequence=lecture.sequence,
        instructor_id=lecture.instructor_id,
        user_id=user.id,
        until=lecture.reply_due_at,
    )
    token = answer_links.sign(answer, current_app.config["SECRET_KEY"])
    name, what, due = user.label, lecture.title, lecture.reply_due_at
    about = About(SubjectKind.LECTURE, lecture.id, lecture.number)
    with unit_of_work() as session:
        audit.record(session, Action.ANSWER_LINK_MADE, about=about, detail={"person": name})
    url = f"{current_app.config['BASE_URL']}/answer/{token}"
    return handover.page(
        [Card(name, _("Answer the request “%(title)s”", title=what), url, due)],
        heading=_("Answer link for %(name)s", name=name),
        back=url_for("lectures.show", number=number),
        back_words=number,
    )
