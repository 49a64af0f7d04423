"""Open a case, ask somebody, begin a nomination, close it. The only writer of its state.

The caller owns the transaction and has checked the permission for the region.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.service import known_region
from booking.audit import Action
from booking.errors import Conflict, Invalid, NotFound
from booking.instructors.models import Field, Instructor
from booking.outbox import service as outbox
from booking.recruiting import queries, suggestions
from booking.recruiting.engine.events import WIDER_AREA_ASKED, WiderAreaAsked
from booking.recruiting.engine.lifecycle import RecruitingCommand, RecruitingState, target
from booking.recruiting.models import RecruitingCase, RecruitingStep
from booking.sentences import N_
from booking.text import plain


@dataclass(frozen=True, slots=True)
class Recruiter:
    """Who acts, and when."""

    user_id: int | None
    name: str
    now: datetime


class CannotBeAsked(Conflict):
    """The instructor is no suggestion of the case any more, or was asked already."""

    message = N_("This person cannot be asked, or was asked already. Look at the page again.")


def open_case(
    session: Session, *, field_id: int, region_code: str, recruiter: Recruiter
) -> RecruitingCase:
    """Open a case for a field and a region, or open the closed one again.

    Raises `Invalid` (422) for an unknown field or region, `CaseMovedOn` (409) if it is open.
    """
    region = known_region(session, region_code)
    field = session.get(Field, field_id)
    if field is None or field.merged_into_id is not None:
        raise Invalid(N_("There is no such field. Choose one from the list."), field="field")
    query = select(RecruitingCase).where(
        RecruitingCase.field_id == field_id, RecruitingCase.region_code == region.code
    )
    case = session.scalars(query.with_for_update(of=RecruitingCase)).one_or_none()
    if case is None:
        case = RecruitingCase(
            field=field,
            region=region,
            state=RecruitingState.OPEN,
            opened_at=recruiter.now,
            changed_at=recruiter.now,
        )
        session.add(case)
        session.flush()
    else:
        case.state = target(case.state, RecruitingCommand.OPEN, "")
        case.opened_at = case.changed_at = recruiter.now
    _note(session, case, RecruitingCommand.OPEN, recruiter)
    return case


def locked(session: Session, case_id: int) -> RecruitingCase:
    """The case with a lock on its row. Raises `NotFound`."""
    query = select(RecruitingCase).where(RecruitingCase.id == case_id)
    query = query.with_for_update(of=RecruitingCase).execution_options(populate_existing=True)
    case = session.scalars(query).one_or_none()
    if case is None:
        raise NotFound()
    return case


def ask(
    session: Session,
    case: RecruitingCase,
    instructor_id: int,
    *,
    needs: int,
    recruiter: Recruiter,
) -> None:
    """Ask a suggested instructor by mail to teach in the region as well, once.

    Raises `CannotBeAsked` or `CaseMovedOn` (409).
    """
    state = target(case.state, RecruitingCommand.ASK, "")
    suggested = {one.id for one in suggestions.suggestions(session, case) if one.has_account}
    asked = {step.instructor_id for step in queries.steps(session, case.id) if _since(case, step)}
    instructor = session.get(Instructor, instructor_id)
    if instructor is None or instructor_id not in suggested - asked:
        raise CannotBeAsked()
    case.state, case.changed_at = state, recruiter.now
    _note(session, case, RecruitingCommand.ASK, recruiter, instructor=instructor)
    event = WiderAreaAsked(
        at=recruiter.now,
        instructor_id=instructor_id,
        field=case.field.name,
        region=case.region.name,
        needs=needs,
        asked_by=recruiter.name,
    )
    outbox.record(session, WIDER_AREA_ASKED, event, now=recruiter.now)


def _since(case: RecruitingCase, step: RecruitingStep) -> bool:
    """Whether a step belongs to the present opening of the case."""
    return step.at >= case.opened_at


def give_command(
    session: Session,
    case: RecruitingCase,
    command: RecruitingCommand,
    *,
    recruiter: Recruiter,
    reason: str = "",
) -> None:
    """Begin a nomination, or close. Raises what `lifecycle.target` raises."""
    reason = plain(reason).strip()
    case.state = target(case.state, command, reason)
    case.changed_at = recruiter.now
    _note(session, case, command, recruiter, reason=reason)


def _note(
    session: Session,
    case: RecruitingCase,
    command: RecruitingCommand,
    recruiter: Recruiter,
    *,
    reason: str = "",
    instructor: Instructor | None = None,
) -> None:
    session.add(
        RecruitingStep(
            case_id=case.id,
            at=recruiter.now,
            user_id=recruiter.user_id,
            actor_name=recruiter.name[:60],
            command=command,
            target=case.state,
            reason=reason,
            instructor_id=instructor.id if instructor is not None else None,
        )
    )
    about = (
        audit.About(audit.SubjectKind.INSTRUCTOR, instructor.id, instructor.name)
        if instructor is not None
        else None
    )
    audit.record(
        session,
        Action.RECRUITING,
        about=about,
        region_code=case.region_code,
        detail={"change": f"recruiting_{command.value}", "field": case.field.name},
    )
    session.flush()
