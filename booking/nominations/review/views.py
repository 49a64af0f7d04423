"""The pages of reviewers: the queue, one nomination, and the decisions on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from booking import audit, clock, i18n
from booking.accounts.guards import actor, authorise, requires
from booking.audit import About, Action, SubjectKind
from booking.db import db, unit_of_work
from booking.nominations import acceptance, changes, queries, service
from booking.nominations.acceptance import Appointment
from booking.nominations.engine.lifecycle import (
    NominationCommand,
    NominationParty,
    possible_commands,
)
from booking.nominations.forms import (
    AcceptForm,
    RejectionForm,
    RemarksForm,
    TrialForm,
    TrialResultForm,
)
from booking.nominations.models import Nomination
from booking.nominations.queries import NominationList
from booking.nominations.service import Acting
from booking.web.request_safety import Form, keeps_typed
from booking.web.submissions import submitted

NEW = "new"
Act = Callable[[Any, Nomination], None]


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add, item = blueprint.add_url_rule, "/nominations/<int:nomination_id>"
    add("/nominations", "queue", queue)
    add(item, "show", show)
    add(f"{item}/contact", "contact", contact, methods=["POST"])
    add(f"{item}/trial", "arrange_trial", arrange_trial, methods=["POST"])
    add(f"{item}/trial/result", "note_trial", note_trial, methods=["POST"])
    add(f"{item}/accept", "accept", accept, methods=["POST"])
    add(f"{item}/return", "send_back", send_back, methods=["POST"])
    add(f"{item}/reject", "reject", reject, methods=["POST"])


@requires("nomination.review")
def queue() -> ResponseReturnValue:
    """The nominations of the coordinator's regions, by what is to be done."""
    value = request.args.get("show", "")
    chosen = NominationList(value) if value in list(NominationList) else NominationList.TO_DECIDE
    page = request.args.get("page", 1, type=int)
    session, who = db.session(), actor()
    return render_template(
        "nominations/queue.html",
        chosen=chosen,
        lists=list(NominationList),
        counts=queries.counts(session, who),
        found=queries.queue(session, who, chosen, page),
    )


def _reviewed(nomination_id: int) -> Nomination:
    nomination = queries.by_id(db.session(), nomination_id)
    authorise("nomination.review", queries.subject(nomination))
    return nomination


@requires("nomination.review")
def show(nomination_id: int) -> ResponseReturnValue:
    """One nomination, with the forms of what can be decided now."""
    return _page(nomination_id)


def _page(
    nomination_id: int, form: Form | None = None, status: int = 200, *, contact: bool = False
) -> ResponseReturnValue:
    """The page; a form that was refused keeps what was typed."""
    one = _reviewed(nomination_id)
    session, who = db.session(), actor()
    entries = queries.entries_called(session, one.name, who)
    forms: dict[str, Form] = {
        "accept": AcceptForm(formdata=None, first=i18n.today()),
        "trial": TrialForm(formdata=None, place=one.trial_place),
        "result": TrialResultForm(formdata=None),
        "remarks": RemarksForm(formdata=None),
        "rejection": RejectionForm(formdata=None),
    }
    if form is not None:
        forms[_KEYS[type(form)]] = form
    _offer_entries(forms["accept"], one, entries)
    page = render_template(
        "nominations/show.html",
        one=one,
        commands=possible_commands(one.state, NominationParty.REVIEWER),
        history=queries.history(session, one.id),
        entries=entries,
        others=queries.same_name(session, one, who),
        contact=contact,
        tried=request.endpoint.rpartition(".")[2] if form is not None and request.endpoint else "",
        wrong=form,
        **{f"{name}_form": value for name, value in forms.items()},
    )
    return page, status


_KEYS: dict[type[Form], str] = {
    AcceptForm: "accept",
    TrialForm: "trial",
    TrialResultForm: "result",
    RemarksForm: "remarks",
    RejectionForm: "rejection",
}


def _offer_entries(form: Any, one: Nomination, entries: Any) -> None:
    """The entries of this name that may be completed, and a new one unless one is the same."""
    same = [entry for entry in entries if entry.workplace == one.workplace]
    choices = [
        SelectChoice(
            str(entry.id), _("Complete the entry: %(name)s, %(workplace)s", name=entry.name,
                             workplace=entry.workplace)
        )
        for entry in entries
    ]  # fmt: skip
    if not same:
        choices.insert(0, SelectChoice(NEW, _("A new entry")))
    form.entry.choices = choices
    if not form.is_submitted() or form.entry.data is None:
        form.entry.data = str(same[0].id) if same else NEW


@requires("nomination.review")
def contact(nomination_id: int) -> ResponseReturnValue:
    """The page with telephone number and address; that somebody saw them is recorded."""
    one = _reviewed(nomination_id)
    about = About(SubjectKind.NOMINATION, one.id, one.name)
    audit.record_apart(
        Action.CONTACT_REVEALED,
        about=about,
        region_code=one.region_code,
        address=request.remote_addr,
    )
    return _page(nomination_id, contact=True)


@requires("nomination.review")
@keeps_typed
def arrange_trial(nomination_id: int) -> ResponseReturnValue:
    """Arrange a trial lecture, or another time for it."""

    def act(form: TrialForm, one: Nomination) -> None:
        service.arrange_trial(
            db.session(),
            one,
            at=form.at(i18n.zone()),
            place=form.place.data or "",
            acting=_acting(),
        )

    return _decide(nomination_id, TrialForm(), act, _("The trial lecture is arranged."))


@requires("nomination.review")
@keeps_typed
def note_trial(nomination_id: int) -> ResponseReturnValue:
    """Note how the trial lecture went."""

    def act(form: TrialResultForm, one: Nomination) -> None:
        passed = form.passed.data == "yes"
        note = form.note.data or ""
        service.note_trial(db.session(), one, passed=passed, note=note, acting=_acting())

    return _decide(nomination_id, TrialResultForm(), act, _("The result is noted."))


@requires("nomination.review")
@keeps_typed
def accept(nomination_id: int) -> ResponseReturnValue:
    """Take the person into the register, with a term and the number of a certificate."""
    form = AcceptForm()
    one = _reviewed(nomination_id)
    _offer_entries(form, one, queries.entries_called(db.session(), one.name, actor()))

    def act(form: AcceptForm, one: Nomination) -> None:
        chosen = form.entry.data or NEW
        appointment = Appointment(
            first=form.first.data,
            years=form.years.data,
            instructor_id=None if chosen == NEW else int(chosen),
        )
        acceptance.accept(
            db.session(), one, appointment=appointment, actor=actor(), now=clock.now()
        )

    return _decide(nomination_id, form, act, _("The person is in the register now."))


@requires("nomination.review")
@keeps_typed
def send_back(nomination_id: int) -> ResponseReturnValue:
    """Return it to be corrected, with remarks."""
    done = _("Returned with your remarks.")
    return _with_remarks(nomination_id, RemarksForm(), NominationCommand.RETURN, done)


@requires("nomination.review")
@keeps_typed
def reject(nomination_id: int) -> ResponseReturnValue:
    """Do not accept it, with a reason."""
    done = _("Not accepted.")
    return _with_remarks(nomination_id, RejectionForm(), NominationCommand.REJECT, done)


def _with_remarks(
    nomination_id: int, form: RemarksForm | RejectionForm, command: NominationCommand, done: str
) -> ResponseReturnValue:
    def act(form: RemarksForm | RejectionForm, one: Nomination) -> None:
        reason = form.reason.data or ""
        service.give_command(db.session(), one, command, acting=_acting(), reason=reason)

    return _decide(nomination_id, form, act, done)


def _acting() -> Acting:
    return Acting(NominationParty.REVIEWER, actor().user_id, clock.now())


def _decide(nomination_id: int, form: Form, act: Act, done: str) -> ResponseReturnValue:
    """Carry out a decision and lead back to the page; a refusal shows it with what was typed."""
    _reviewed(nomination_id)

    def accepted() -> ResponseReturnValue:
        with unit_of_work() as session:
            one = changes.locked(session, nomination_id)
            # The region may have been corrected since the page was opened.
            authorise("nomination.review", queries.subject(one))
            act(form, one)
        flash(done, "success")
        return redirect(url_for("nominations.show", nomination_id=nomination_id), 303)

    return submitted(form, accepted, lambda status: _page(nomination_id, form, status))
