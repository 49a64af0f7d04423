"""What pages show of an open proposal: its times, and what its reader can answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.accounts.models import Organisation, Region
from booking.errors import Text
from booking.i18n import listed
from booking.instructors.engine.vocabulary import Format
from booking.lectures.days_around import DayAround, around_each
from booking.lectures.engine.agreement import ACTS_FOR, Approver
from booking.lectures.engine.states import Party, State
from booking.lectures.forms import ReasonForm
from booking.lectures.parties import parties
from booking.lectures.proposals.access import approvers, capacities
from booking.lectures.proposals.models import Proposal, ProposalOption
from booking.lectures.proposals.queries import waiting_for, waiting_for_coordinator
from booking.lectures.proposals.words import AGREE, AGREE_FOR, APPROVERS, REFUSE, REFUSE_FOR

_SIDES = {Party.BRANCH: Approver.BRANCH, Party.INSTRUCTOR: Approver.INSTRUCTOR}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A lecture at a time that is proposed for it, as `days_around` takes it."""

    id: int
    instructor_id: int
    starts_at: datetime
    ends_at: datetime
    region_code: str
    place: str
    format: Format
    state: State
    organisation: Organisation
    region: Region


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a proposal, with the day around it for the instructor who is asked."""

    option: ProposalOption
    lecture: Proposed
    around: DayAround | None


@dataclass(frozen=True, slots=True)
class Act:
    """An agreement that the reader may give or refuse, and the words of its buttons."""

    approver: Approver
    agree: Text
    refuse: Text


@dataclass(frozen=True, slots=True)
class Panel:
    """Template data of `lectures/_proposal_card.html`."""

    proposal: Proposal
    choices: tuple[Choice, ...]
    acts: tuple[Act, ...]
    missing: str
    """Whose agreement is missing, in words."""
    retractable: bool
    url: str
    """Where answers are sent."""
    form: ReasonForm


def panels(
    session: Session, proposals: Sequence[Proposal], who: Actor, zone: ZoneInfo
) -> list[Panel]:
    """The panels of open proposals for one reader. One query."""
    asked = [
        (proposal, option, _at(proposal, option))
        for proposal in proposals
        for option in shown_options(proposal)
    ]
    reading = {
        proposal.id for proposal in proposals if Approver.INSTRUCTOR in approvers(who, proposal)
    }
    wanted = [one for proposal, _option, one in asked if proposal.id in reading]
    arounds = iter(around_each(session, wanted, zone))
    choices: dict[int, list[Choice]] = {proposal.id: [] for proposal in proposals}
    for proposal, option, one in asked:
        around = next(arounds) if proposal.id in reading else None
        choices[proposal.id].append(Choice(option, one, around))
    return [_panel(proposal, tuple(choices[proposal.id]), who) for proposal in proposals]


def _panel(proposal: Proposal, choices: tuple[Choice, ...], who: Actor) -> Panel:
    number, able = proposal.lecture.number, capacities(who, proposal)
    return Panel(
        proposal,
        choices,
        tuple(act(approver, able) for approver in approvers(who, proposal)),
        listed(str(APPROVERS[approver]) for approver in sorted(proposal.pending)),
        retractable(who, proposal),
        url_for("lectures.answer_proposal", number=number, proposal_id=proposal.id),
        ReasonForm(formdata=None),
    )


def waiting_panels(
    session: Session, who: Actor, waits_for: Collection[Party], zone: ZoneInfo
) -> list[Panel]:
    """The panels of the proposals that somebody may answer in one of these capacities."""
    return panels(session, waiting_for(session, who, waits_for), who, zone)


def panels_for_coordinator(session: Session, who: Actor, zone: ZoneInfo) -> list[Panel]:
    """The panels of the proposals that only a coordinator can answer."""
    return panels(session, waiting_for_coordinator(session, who), who, zone)


def shown_options(proposal: Proposal) -> list[ProposalOption]:
    """The options that can still be agreed to: all, or the one that was chosen."""
    chosen = proposal.chosen_option_id
    return [option for option in proposal.options if chosen in (None, option.id)]


def act(approver: Approver, capacity: Collection[Party]) -> Act:
    """The buttons for an agreement, for somebody with these capacities."""
    if any(_SIDES.get(party) is approver for party in capacity):
        return Act(approver, AGREE, REFUSE)
    return Act(approver, AGREE_FOR[approver], REFUSE_FOR[approver])


def retractable(who: Actor, proposal: Proposal) -> bool:
    """Whether somebody is of the side that made the proposal."""
    side = set(ACTS_FOR[proposal.party])
    return any(side & set(ACTS_FOR[party]) for party in parties(who, proposal.lecture))


def _at(proposal: Proposal, option: ProposalOption) -> Proposed:
    lecture = proposal.lecture
    return Proposed(
        id=lecture.id,
        instructor_id=option.instructor_id,
        starts_at=option.starts_at,
        ends_at=option.ends_at,
        region_code=option.region_code,
        place=option.place,
        format=option.format,
        state=lecture.state,
        organisation=lecture.organisation,
        region=option.region,
    )
