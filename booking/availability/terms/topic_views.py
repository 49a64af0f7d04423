"""The pages of the days on which topics are offered: all topics, and the days of one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from booking.accounts.guards import actor, requires
from booking.audit import Action
from booking.availability.guards import instructor_of, record_on_behalf
from booking.availability.terms.forms import TopicDaysForm
from booking.db import db, unit_of_work
from booking.errors import NotFound
from booking.instructors import editable_entry
from booking.instructors import service as instructors
from booking.instructors.models import Topic
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    path = "/instructors/<int:instructor_id>/topics"
    blueprint.add_url_rule(path, "topics_offered", topics_offered)
    blueprint.add_url_rule(
        f"{path}/<int:topic_id>/days", "topic_days", topic_days, methods=["GET", "POST"]
    )


@requires("availability.edit")
def topics_offered(instructor_id: int) -> ResponseReturnValue:
    """List the topics with the days on which each is offered."""
    return render_template(
        "availability/topics.html",
        instructor=instructor_of(instructor_id, "availability.edit"),
        topics=_topics(instructor_id),
        own=instructor_id in actor().instructor_ids,
    )


@requires("availability.edit")
@keeps_typed
def topic_days(instructor_id: int, topic_id: int) -> ResponseReturnValue:
    """Set the days on which a topic is offered."""
    instructor_of(instructor_id, "availability.edit")
    if request.method == "GET":
        topic = _topic(instructor_id, topic_id)
        form = TopicDaysForm(formdata=None, first=topic.valid_from, last=topic.valid_to)
        return _page(instructor_id, topic_id, form)
    form = TopicDaysForm()
    return submitted(
        form,
        lambda: _set_topic_days(instructor_id, topic_id, form),
        lambda status: (_page(instructor_id, topic_id, form), status),
    )


def _set_topic_days(instructor_id: int, topic_id: int, form: TopicDaysForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        entry = editable_entry.editable(
            session, instructor_id=instructor_id, actor=actor(), permission="availability.edit"
        )
        instructors.set_topic_days(
            session,
            entry=entry,
            topic_id=topic_id,
            first=form.first.data,
            last=form.last.data,
        )
        record_on_behalf(session, instructor_id, Action.TERMS_CHANGED, change="topic_days")
    flash(_("Saved. Lectures that are already booked stay as they are."), "success")
    return redirect(url_for("availability.topics_offered", instructor_id=instructor_id), 303)


def _topics(instructor_id: int) -> Sequence[Topic]:
    query = select(Topic).where(Topic.instructor_id == instructor_id).order_by(Topic.id)
    return db.session().scalars(query).all()


def _topic(instructor_id: int, topic_id: int) -> Topic:
    topic = db.session().get(Topic, topic_id)
    if topic is None or topic.instructor_id != instructor_id:
        raise NotFound()
    return topic


def _page(instructor_id: int, topic_id: int, form: TopicDaysForm) -> str:
    return render_template(
        "availability/topic_days.html",
        instructor=instructor_of(instructor_id, "availability.edit"),
        topic=_topic(instructor_id, topic_id),
        form=form,
    )
