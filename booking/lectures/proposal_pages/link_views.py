"""The answer to a proposal from a mail, without signing in. GET changes nothing."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.guards import requires
from booking.accounts.models import User
from booking.db import db
from booking.errors import DomainError, NotFound
from booking.lectures.engine import answer_links
from booking.lectures.engine.agreement import ProposalState, party_for
from booking.lectures.engine.answer_links import ProposalAnswer
from booking.lectures.engine.errors import ReasonMissing
from booking.lectures.engine.states import Party
from booking.lectures.forms import ReasonForm
from booking.lectures.proposal_pages import answers
from booking.lectures.proposal_pages.answers import Answer
from booking.lectures.proposal_pages.panels import Panel, act, panels
from booking.lectures.proposals.access import capacities
from booking.lectures.proposals.acts import Acting
from booking.lectures.proposals.models import Proposal
from booking.lectures.proposals.queries import by_id
from booking.lectures.proposals.words import CLOSED
from booking.web.problems import on_page
from booking.web.request_safety import keeps_typed
from booking.web.submissions import with_error


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule(
        "/proposal/<token>", "proposal_link", proposal_link, methods=["GET", "POST"]
    )


@requires("answer.link")
@keeps_typed
def proposal_link(token: str) -> ResponseReturnValue:
    """Show the proposal that a mail asks about, and answer it for the side that was asked."""
    link, proposal, user = _opened(token)
    form = ReasonForm()
    if request.method == "GET":
        return _page(link, proposal, user, ReasonForm(formdata=None), 200)
    if not form.validate():
        return _page(link, proposal, user, form, 422)
    if not _is_open(link, proposal):
        return _page(link, proposal, user, form, 200)
    try:
        _answer(link, proposal, user, form.reason.data or "")
    except on_page(ReasonMissing) as error:
        return _page(link, proposal, user, form, with_error(form, error).status)
    except on_page(DomainError) as error:
        return _page(link, _opened(token)[1], user, form, error.status, error)
    return redirect(url_for("lectures.proposal_link", token=token), 303)


def _opened(token: str) -> tuple[ProposalAnswer, Proposal, User]:
    """What a link leads to; raises `NotFound` unless its reader may still answer."""
    secrets = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    link = answer_links.read_proposal(token, secrets, now=clock.now())
    proposal = by_id(db.session(), link.proposal_id) if link else None
    user = db.session().get(User, link.user_id) if link else None
    if link is None or proposal is None or user is None or not user.active:
        raise _gone()
    if _party(link, proposal, user) is None:
        raise _gone()
    return link, proposal, user


def _gone() -> NotFound:
    return NotFound(_("This link is no longer valid. Sign in to see what waits for you."))


def _party(link: ProposalAnswer, proposal: Proposal, user: User) -> Party | None:
    return party_for(capacities(user.actor(), proposal), link.approver)


def _is_open(link: ProposalAnswer, proposal: Proposal) -> bool:
    return proposal.state is ProposalState.OPEN and link.approver in proposal.pending


def _answer(link: ProposalAnswer, proposal: Proposal, user: User, reason: str) -> None:
    party = _party(link, proposal, user)
    assert party is not None
    acting = Acting(frozenset({party}), link.user_id, clock.now(), reason)
    agreed = answers.sent_answer() is Answer.AGREE
    answering = answers.agree if agreed else answers.refuse
    answering(proposal.lecture.number, proposal.id, link.approver, acting)


def _page(
    link: ProposalAnswer,
    proposal: Proposal,
    user: User,
    form: ReasonForm,
    status: int,
    refusal: DomainError | None = None,
) -> ResponseReturnValue:
    is_open = _is_open(link, proposal)
    agreed = proposal.state is ProposalState.OPEN and not is_open
    page = render_template(
        "lectures/proposal_link.html",
        lecture=proposal.lecture,
        panel=_panel(link, proposal, user) if is_open else None,
        closed=_("You have agreed. It takes effect when everybody has agreed.")
        if agreed
        else CLOSED[proposal.state],
        form=form,
        refusal=refusal,
    )
    return page, status


def _panel(link: ProposalAnswer, proposal: Proposal, user: User) -> Panel:
    """The panel with the one answer for which the link was made."""
    [panel] = panels(db.session(), [proposal], user.actor(), i18n.zone())
    only = act(link.approver, capacities(user.actor(), proposal))
    return replace(panel, acts=(only,), retractable=False, url=request.path)
