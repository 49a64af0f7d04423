"""The pages on which coordinators keep the robots of their groups."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import actor, authorise, requires
from booking.accounts.models import Region
from booking.accounts.queries import all_regions
from booking.db import db, unit_of_work
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.engine.results import result_of
from booking.notifications.robots import queries, service
from booking.notifications.robots.engine.addresses import PER_MINUTE
from booking.notifications.robots.forms import RobotChoiceForm, RobotForm
from booking.notifications.robots.messages import trial_text
from booking.notifications.robots.models import Robot
from booking.notifications.robots.words import PROVIDERS, SUBJECTS
from booking.notifications.words import RESULTS
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add, both = blueprint.add_url_rule, ["GET", "POST"]
    add("/manage/robots", "robots", robots, methods=both)
    add("/manage/robots/<int:robot_id>", "robot", one_robot, methods=both)
    add("/manage/robots/<int:robot_id>/test", "test_robot", test_robot, methods=["POST"])
    add("/manage/robots/<int:robot_id>/remove", "remove_robot", remove_robot, methods=["POST"])


@requires("robot.edit")
@keeps_typed
def robots() -> ResponseReturnValue:
    """The groups of the reader's regions; add one."""
    form = RobotForm(formdata=request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _list(form, 200)
    return submitted(form, lambda: _added(form), lambda status: _list(form, status))


def _added(form: RobotForm) -> ResponseReturnValue:
    code = form.region.data or ""
    authorise("robot.edit", Subject(region_codes=frozenset({code})))
    with unit_of_work() as session:
        robot = service.add(
            session,
            region_code=code,
            name=form.name.data or "",
            address=form.address.data or "",
            secret=form.secret.data or "",
            subjects=form.chosen(),
            now=clock.now(),
        )
        robot_id = robot.id
    flash(_("Added. Send a test message, and look whether it arrives in the group."), "success")
    return redirect(url_for("notifications.robot", robot_id=robot_id), 303)


def _list(form: RobotForm, status: int) -> ResponseReturnValue:
    session, who = db.session(), actor()
    # The secret address is never shown again, not even to who has just typed it.
    page = render_template(
        "notifications/robots.html",
        form=form,
        regions=[region for region in all_regions(session) if who.coordinates(region.code)],
        robots=queries.robots_of(session, who),
        site=i18n.site_name(),
        per_minute=PER_MINUTE,
        told=_told,
        trouble=_trouble,
        PROVIDERS=PROVIDERS,
    )
    return page, status


@requires("robot.edit")
@keeps_typed
def one_robot(robot_id: int) -> ResponseReturnValue:
    """One group: rename it, choose what it is told, test and remove it."""
    robot = queries.robot_in_scope(db.session(), actor(), robot_id)
    posted = request.form if request.method == "POST" else None
    form = RobotChoiceForm(
        formdata=posted, data={"name": robot.name, "subjects": list(robot.subjects)}
    )
    if request.method == "GET":
        return _one(robot_id, form, 200)
    return submitted(
        form, lambda: _changed(robot_id, form), lambda status: _one(robot_id, form, status)
    )


def _changed(robot_id: int, form: RobotChoiceForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        robot = queries.robot_in_scope(session, actor(), robot_id)
        service.change(session, robot, name=form.name.data or "", subjects=form.chosen())
    flash(_("Saved."), "success")
    return redirect(url_for("notifications.robots"), 303)


def _one(robot_id: int, form: RobotChoiceForm, status: int) -> ResponseReturnValue:
    session = db.session()
    robot = queries.robot_in_scope(session, actor(), robot_id)
    page = render_template(
        "notifications/robot.html",
        robot=robot,
        region=session.get_one(Region, robot.region_code),
        form=form,
        trouble=_trouble,
        PROVIDERS=PROVIDERS,
    )
    return page, status


@requires("robot.edit")
def test_robot(robot_id: int) -> ResponseReturnValue:
    """Have a test message sent."""
    with unit_of_work() as session:
        robot = queries.robot_in_scope(session, actor(), robot_id)
        text = trial_text(robot)
        service.queue(session, robot, text, kind=MessageKind.PROGRESS, now=clock.now())
        service.record_test(session, robot)
    flash(_("The worker sends a test message. Look into the group in a moment."), "success")
    return redirect(url_for("notifications.robot", robot_id=robot_id), 303)


@requires("robot.edit")
def remove_robot(robot_id: int) -> ResponseReturnValue:
    """Remove a group: it is told nothing any more."""
    with unit_of_work() as session:
        robot = queries.robot_in_scope(session, actor(), robot_id)
        service.remove(session, robot, now=clock.now())
    flash(_("Removed. This group is told nothing any more."), "success")
    return redirect(url_for("notifications.robots"), 303)


def _told(robot: Robot) -> str:
    """What a group is told, in words."""
    return i18n.listed([str(words) for one, words in SUBJECTS.items() if one in robot.subjects])


def _trouble(robot: Robot) -> str:
    """What went wrong with the last message; empty: nothing."""
    result = result_of(robot.last_error)
    return "" if result is None else str(RESULTS[result])
