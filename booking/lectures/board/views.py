"""The coordinator's board: its list, and the commands that are given in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from booking import clock, i18n
from booking.accounts.guards import actor, requires
from booking.db import db, unit_of_work
from booking.errors import DomainError, Invalid, NotFound, Text
from booking.lectures.board import batch, queries
from booking.lectures.board.engine.filters import Filters, read
from booking.lectures.board.list_page import NOTHING, Sent, list_page
from booking.lectures.engine.states import Command
from booking.lectures.expiry import rounds as expiry_rounds
from booking.lectures.forms import ReasonForm
from booking.lectures.parties import parties
from booking.lectures.words import button, told
from booking.web.problems import on_page
from booking.web.request_safety import keeps_typed


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    commands = ",".join(batch.COMMANDS)
    act_url = f"/board/<any({commands}):command>"
    blueprint.add_url_rule("/board", "board", board)
    blueprint.add_url_rule("/board", "board_again", again, methods=["POST"])
    blueprint.add_url_rule("/board/expire", "expire", expire, methods=["POST"])
    blueprint.add_url_rule(act_url, "board_act", act, methods=["POST"])
    blueprint.add_app_template_global(button, "command_button")


@requires("lecture.board")
def board() -> ResponseReturnValue:
    """What waits in the coordinator's regions, or other lectures there, as the filters say."""
    return list_page(Sent())


@requires("lecture.expire")
def expire() -> ResponseReturnValue:
    """Confirm that the clock is right, which releases the held expiry round."""
    with unit_of_work() as session:
        released = expiry_rounds.confirm(session)
    if released is not None:
        flash(_("Confirmed. It happens within a minute."), "success")
    return redirect(url_for("lectures.board"), 303)


@requires("lecture.board")
@keeps_typed
def act(command: str) -> ResponseReturnValue:
    """Give a command for one lecture or the selected ones, then show the same list again."""
    form, row = ReasonForm(), request.form.get("row", "")
    numbers = [row] if row else request.form.getlist("number")
    sent = Sent(
        command=Command(command),
        row=row,
        numbers=tuple(dict.fromkeys(numbers)),
        reason=form.reason.data or "",
    )
    if not form.validate():
        return list_page(sent, 422)
    try:
        _check(sent)
    except on_page(Invalid) as error:
        return list_page(replace(sent, problem=error), error.status)
    return _carried_out(sent, Command(command))


@requires("lecture.board")
@keeps_typed
def again() -> ResponseReturnValue:
    """Show the list again, with what is selected, for a form that was sent by the Enter key."""
    form = ReasonForm()
    problem = Invalid(_("Press the button of what is to be done with the selected lectures."))
    numbers = tuple(dict.fromkeys(request.form.getlist("number")))
    form.validate()
    return list_page(Sent(numbers=numbers, reason=form.reason.data or "", problem=problem), 422)


def _check(sent: Sent) -> None:
    """Raise `Invalid` where nothing can be tried."""
    if not sent.numbers:
        raise Invalid(_("Nothing was selected. Select the lectures first."), field="number")
    if len(sent.numbers) > queries.PAGE_LENGTH:
        most = queries.PAGE_LENGTH
        raise Invalid(_("At most %(max)s lectures at once.", max=most), field="number")
    if sent.command is not None:
        batch.check_reason(sent.command, sent.reason)


def _carried_out(sent: Sent, command: Command) -> ResponseReturnValue:
    who = actor()
    lectures = [
        line.lecture for line in queries.numbered(db.session(), who, sent.numbers, clock.now())
    ]
    wanted = {lecture.number: parties(who, lecture) for lecture in lectures}
    titles = {lecture.number: lecture.title for lecture in lectures}
    refusals: dict[str, DomainError] = {
        number: NotFound(_("There is no such lecture in your region."))
        for number in sent.numbers
        if number not in wanted
    }
    refusals |= batch.carry_out(
        command, wanted, user_id=who.user_id, reason=sent.reason, now=clock.now()
    )
    done = _done(
        button(command, frozenset().union(*wanted.values())),
        {number: titles[number] for number in wanted if number not in refusals},
        told(command),
    )
    if refusals:
        status = next(iter(refusals.values())).status
        return list_page(replace(sent, refusals=refusals, done=done), status)
    flash(done, "success")
    parameters: dict[str, Any] = {**_filters().query()}
    if len(sent.numbers) == 1:
        parameters["undo"] = sent.numbers[0]
    return redirect(url_for("lectures.board", **parameters), 303)


def _done(words: Text, titles: dict[str, str], sentence: Text) -> Markup:
    """What happened, with a link to each lecture; `words` are those of the button."""
    if not titles:
        return NOTHING
    alone = len(titles) == 1
    if not alone:
        sentence = ngettext(
            "%(command)s: done for %(num)s lecture:",
            "%(command)s: done for %(num)s lectures:",
            len(titles),
            command=words,
        )
    links = [
        Markup('<a href="{}">{}</a>').format(
            url_for("lectures.show", number=number), _named(number, title) if alone else number
        )
        for number, title in titles.items()
    ]
    if i18n.is_chinese():
        return Markup("{}{}").format(sentence, Markup("、").join(links))
    return Markup("{} {}").format(sentence, Markup(", ").join(links))


def _named(number: str, title: str) -> Markup:
    return Markup("{} {}").format(number, i18n.with_lang(title))


def _filters() -> Filters:
    """The filters of this request's URL; of a region or field only its code is looked at."""
    args = request.args
    return read(
        args,
        today=i18n.today(),
        regions={args.get("region", "")},
        fields={args.get("field", "")},
    )
