"""Answers from the lecture's page and from lists, by people who are signed in."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock, i18n
from booking.accounts.engine.permissions import allowed
from booking.accounts.guards import actor, requires
from booking.db import db
from booking.errors import DomainError, NotFound
from booking.lectures.engine.errors import ReasonMissing
from booking.lectures.forms import ReasonForm
from booking.lectures.parties import parties
from booking.lectures.proposal_pages import answers
from booking.lectures.proposal_pages.answers import Answer
from booking.lectures.proposal_pages.panels import Panel, panels
from booking.lectures.proposals.access import asked, capacities, may_read
from booking.lectures.proposals.acts import Acting
from booking.lectures.proposals.models import Proposal
from booking.lectures.proposals.queries import by_id, of_lecture
from booking.web.problems import on_page
from booking.web.request_safety import keeps_typed
from booking.web.submissions import with_error


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule(
        "/lectures/<number>/proposals/<int:proposal_id>",
        "answer_proposal",
        answer_proposal,
        methods=["POST"],
    )


@requires("account.use")
@keeps_typed
def answer_proposal(number: str, proposal_id: int) -> ResponseReturnValue:
    """Agree, refuse or take back; a refusal shows the proposal again with the typed reason."""
    proposal = _readable(number, proposal_id)
    form = ReasonForm()
    if not form.validate():
        return _page(proposal, form, 422)
    try:
        told = _carry_out(proposal, form.reason.data or "")
    except on_page(ReasonMissing) as error:
        return _page(proposal, form, with_error(form, error).status)
    except on_page(DomainError) as error:
        return _page(proposal, form, error.status, error)
    flash(told, "success")
    return redirect(_next_page(proposal_id), 303)


def _readable(number: str, proposal_id: int) -> Proposal:
    """A proposal whose lecture the user may see, or could while it was open."""
    proposal = by_id(db.session(), proposal_id)
    if proposal is None or proposal.lecture.number != number:
        raise NotFound()
    readable = may_read(db.session(), actor(), proposal.lecture)
    if not readable and not allowed("lecture.read", actor(), asked(proposal)):
        raise NotFound()
    return proposal


def _carry_out(proposal: Proposal, reason: str) -> str:
    who, number, proposal_id = actor(), proposal.lecture.number, proposal.id
    answer = answers.sent_answer()
    able = parties(who, proposal.lecture)
    if answer is not Answer.RETRACT:
        able = capacities(who, proposal)
    acting = Acting(able, who.user_id, clock.now(), reason)
    if answer is Answer.RETRACT:
        return answers.retract(number, proposal_id, acting)
    answering = answers.agree if answer is Answer.AGREE else answers.refuse
    return answering(number, proposal_id, answers.sent_approver(), acting)


def _next_page(proposal_id: int) -> str:
    """The lecture's page; who may no longer see it goes on to the own start page."""
    proposal = by_id(db.session(), proposal_id)
    assert proposal is not None
    if may_read(db.session(), actor(), proposal.lecture):
        return url_for("lectures.show", number=proposal.lecture.number)
    return url_for("accounts.start")


def _page(
    proposal: Proposal, form: ReasonForm, status: int, refusal: DomainError | None = None
) -> ResponseReturnValue:
    """The proposal, if it is still open, with what went wrong."""
    session = db.session()
    lecture = proposal.lecture
    if not may_read(session, actor(), lecture):
        # The question was to this reader, and is no longer open.
        if refusal is not None:
            raise refusal
        raise NotFound()
    current = of_lecture(session, lecture.id)
    shown = panels(session, [current], actor(), i18n.zone()) if current else []
    page = render_template(
        "lectures/proposal.html",
        lecture=lecture,
        panel=_with_one_answer(shown[0]) if shown else None,
        form=form,
        refusal=refusal,
    )
    return page, status


def _with_one_answer(panel: Panel) -> Panel:
    """The panel with the answer that was sent, or the first: its reason is what may be wrong."""
    sent = [one for one in panel.acts if one.approver == request.form.get("approver")]
    return replace(panel, acts=(*sent, *panel.acts)[:1])
