"""The pages of an entry's topics: add one, edit one, offer or retire it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.accounts.guards import actor, requires
from booking.availability.guards import instructor_of
from booking.db import db, unit_of_work
from booking.entries import service, values
from booking.entries.engine.parts import ChangeOutcome, EntryPart
from booking.entries.page import EntryPage, asked_value, entry_page
from booking.entries.topics.forms import TopicForm
from booking.entries.words import OUTCOMES
from booking.instructors import editable_entry
from booking.instructors.engine.vocabulary import TopicState
from booking.instructors.models import Topic
from booking.instructors.queries import field_tree
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

ACTS = {"offer": TopicState.REVIEWED, "retire": TopicState.RETIRED}


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    path, both = "/entries/<int:instructor_id>/topics", ["GET", "POST"]
    one = f"{path}/<int:topic_id>"
    blueprint.add_url_rule(f"{path}/new", "new_topic", new_topic, methods=both)
    blueprint.add_url_rule(one, "topic", topic, methods=both)
    acts = f"{one}/<any({','.join(ACTS)}):act>"
    blueprint.add_url_rule(acts, "topic_state", topic_state, methods=["POST"])


@requires("entry.edit")
@keeps_typed
def new_topic(instructor_id: int) -> ResponseReturnValue:
    """Add a topic, as a draft or offered."""
    page = entry_page(instructor_id)
    form = TopicForm(formdata=request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _page(page, None, form, 200)
    return submitted(
        form,
        lambda: _added(instructor_id, form),
        lambda status: _page(entry_page(instructor_id), None, form, status),
    )


@requires("entry.edit")
@keeps_typed
def topic(instructor_id: int, topic_id: int) -> ResponseReturnValue:
    """Edit a topic."""
    page = entry_page(instructor_id)
    row = values.topic_of(db.session(), instructor_id, topic_id)
    form = TopicForm(formdata=request.form if request.method == "POST" else None)
    if request.method == "GET":
        asked = page.request_of(EntryPart.TOPIC, topic_id)
        facts = asked_value(asked, values.topic_facts(row))
        form.fill(facts, field_tree(db.session()))
        return _page(page, row, form, 200)
    return submitted(
        form,
        lambda: _saved(instructor_id, topic_id, form),
        lambda status: _page(
            entry_page(instructor_id),
            values.topic_of(db.session(), instructor_id, topic_id),
            form,
            status,
        ),
    )


@requires("entry.edit")
def topic_state(instructor_id: int, topic_id: int, act: str) -> ResponseReturnValue:
    """Offer a topic, or retire it."""
    instructor_of(instructor_id, "entry.edit")
    with unit_of_work() as session:
        entry = editable_entry.editable(
            session, instructor_id=instructor_id, actor=actor(), permission="entry.edit"
        )
        outcome = service.set_topic_state(
            session,
            entry=entry,
            topic_id=topic_id,
            state=ACTS[act],
            actor=actor(),
            now=clock.now(),
        )
    return _told(instructor_id, outcome)


def _added(instructor_id: int, form: TopicForm) -> ResponseReturnValue:
    state = TopicState.DRAFT if "draft" in request.form else TopicState.REVIEWED
    with unit_of_work() as session:
        facts = form.value(field_tree(session), state)
        entry = editable_entry.editable(
            session, instructor_id=instructor_id, actor=actor(), permission="entry.edit"
        )
        _topic, outcome = service.add_topic(
            session, entry=entry, facts=facts, actor=actor(), now=clock.now()
        )
    return _told(instructor_id, outcome)


def _saved(instructor_id: int, topic_id: int, form: TopicForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        entry = editable_entry.editable(
            session, instructor_id=instructor_id, actor=actor(), permission="entry.edit"
        )
        present = values.topic_of(session, instructor_id, topic_id)
        state = TopicState.REVIEWED if "offer" in request.form else present.state
        outcome = service.change(
            session,
            entry=entry,
            part=EntryPart.TOPIC,
            value=form.value(field_tree(session), state),
            actor=actor(),
            now=clock.now(),
            topic_id=topic_id,
        )
    return _told(instructor_id, outcome)


def _told(instructor_id: int, outcome: ChangeOutcome) -> ResponseReturnValue:
    flash(str(OUTCOMES[outcome]), "success")
    return redirect(url_for("entries.show", instructor_id=instructor_id, _anchor="topics"), 303)


def _page(page: EntryPage, row: Topic | None, form: TopicForm, status: int) -> ResponseReturnValue:
    rendered = render_template(
        "entries/topic.html",
        page=page,
        topic=row,
        form=form,
        fields=field_tree(db.session()),
        asked=page.request_of(EntryPart.TOPIC, row.id) if row else None,
    )
    return rendered, status
