"""Stores evaluations, begins question sets, gives consents. The caller owns the transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking import audit
from booking.errors import Invalid, NotFound
from booking.evaluations import queries
from booking.evaluations.engine import policy
from booking.evaluations.engine.question_sets import (
    LONGEST_QUESTION,
    MOST_FURTHER,
    EvaluationQuestion,
    next_set,
)
from booking.evaluations.engine.scales import HIGHEST, LONGEST_TEXT, LOWEST, EvaluationDimension
from booking.evaluations.errors import AnsweredAlready, NotToEvaluate, NotYet
from booking.evaluations.models import (
    BranchEvaluation,
    EvaluationConsent,
    EvaluationSet,
    ListenerEvaluation,
)
from booking.instructors.models import Instructor
from booking.lectures import changes
from booking.lectures.changes import lecture_changed
from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.listener_links.models import ListenerLink
from booking.sentences import N_
from booking.text import one_line, plain, visible

PUBLIC = "would_book_again"


@dataclass(frozen=True, slots=True)
class Answers:
    """What was chosen and typed, by the keys of the questions of one set."""

    set_id: int
    scores: Mapping[str, int]
    again: bool
    text: str = ""


def give(
    session: Session, *, number: str, answers: Answers, user_id: int | None, now: datetime
) -> BranchEvaluation:
    """Store or correct what the branch says; raises `NotToEvaluate`, `Invalid`, `NotFound`."""
    lecture = changes.locked(session, number)
    if not policy.branch_may(lecture.state, lecture.ends_at, now):
        raise NotToEvaluate()
    asked = [one.key for one in _set(session, answers.set_id).asked]
    row = session.get(BranchEvaluation, lecture.id)
    if row is None:
        row = BranchEvaluation(lecture_id=lecture.id)
        session.add(row)
    _fill(row, answers, asked)
    row.further = {key: answers.scores[key] for key in asked if key not in list(DIMENSIONS)}
    row.user_id, row.given_at = user_id, now
    session.flush()
    return row


def answer(
    session: Session, *, link: ListenerLink, device_key: str, answers: Answers, now: datetime
) -> None:
    """Store what a device says, once; raises `AnsweredAlready`, `NotYet`, `Invalid`, `NotFound`.

    Eighty devices at once do not wait for each other: nothing is locked, and the database refuses
    the second answer of a device.
    """
    lecture = session.get_one(Lecture, link.lecture_id)
    if not policy.listeners_may(lecture.state, lecture.starts_at, lecture.ends_at, now):
        raise NotYet()
    if queries.has_answered(session, link.id, device_key):
        raise AnsweredAlready()
    _set(session, answers.set_id)
    row = ListenerEvaluation(lecture_id=lecture.id, link_id=link.id, device_key=device_key)
    _fill(row, answers, [one.value for one in DIMENSIONS])
    session.add(row)
    session.flush()


def begin_set(
    session: Session,
    *,
    dimensions: dict[EvaluationDimension, tuple[str, str]],
    further: Sequence[tuple[str, str]],
    now: datetime,
) -> EvaluationSet:
    """Begin a new version of the questions, unless it asks the same as the present one.

    Each question is given in Chinese and English. Raises `Invalid` with the field `zh_KEY`,
    `en_KEY`, `zh_1` and so on.
    """
    present = session.scalars(
        select(EvaluationSet).order_by(EvaluationSet.id.desc()).limit(1).with_for_update()
    ).one()
    names = [*(one.value for one in dimensions), *(str(n) for n in range(1, MOST_FURTHER + 1))]
    cleaned = [
        _question(pair, name)
        for pair, name in zip([*dimensions.values(), *further], names, strict=False)
    ]
    own = dict(zip(dimensions, cleaned, strict=False))
    rest = [pair for pair in cleaned[len(dimensions) :] if any(pair)]
    asked = next_set(present.asked, own, rest, present.id + 1)
    if asked == present.asked:
        return present
    found = EvaluationSet(questions=[asdict(one) for one in asked], began_at=now)
    session.add(found)
    session.flush()
    detail = audit.changes(_told(present.asked), _told(asked))
    audit.record(session, audit.Action.QUESTIONS_CHANGED, detail=detail)
    return found


def consent(session: Session, *, instructor_id: int, given: bool, now: datetime) -> None:
    """Give or withdraw the consent to tell on the public page how many would book again."""
    instructor = session.scalars(
        select(Instructor).where(Instructor.id == instructor_id).with_for_update(of=Instructor)
    ).one()
    row = session.get(EvaluationConsent, instructor_id)
    if given is (row is not None):
        return
    if row is not None:
        session.delete(row)
    else:
        session.add(EvaluationConsent(instructor_id=instructor_id, given_at=now))
    session.flush()
    audit.record(
        session,
        audit.Action.CONSENT_GIVEN if given else audit.Action.CONSENT_WITHDRAWN,
        about=audit.About(audit.SubjectKind.INSTRUCTOR, instructor_id, instructor.name),
        region_code=instructor.region_code,
        detail={"change": PUBLIC},
    )


def subscribe() -> None:
    """Connect the signal."""
    lecture_changed.connect(_on_change)


def _on_change(session: Session, *, lecture: Lecture, event: LectureEvent, **_more: Any) -> None:
    """Delete what was said of a lecture that is recorded as not held, if it is not counted yet.

    Afterwards it stays counted: were it taken out of its group, the next one would move up, and
    two looks would tell both.
    """
    if lecture.state is State.NOT_HELD and event.at < lecture.ends_at + policy.BRANCH_WITHIN:
        of_lecture = BranchEvaluation.lecture_id == lecture.id
        session.execute(delete(BranchEvaluation).where(of_lecture))


DIMENSIONS = tuple(EvaluationDimension)
UNREADABLE = N_("Choose one of the answers.")


def _set(session: Session, set_id: int) -> EvaluationSet:
    found = session.get(EvaluationSet, set_id)
    if found is None:
        raise NotFound()
    return found


def _fill(
    row: BranchEvaluation | ListenerEvaluation, answers: Answers, asked: Sequence[str]
) -> None:
    for key in asked:
        if not LOWEST <= answers.scores.get(key, 0) <= HIGHEST:
            raise Invalid(UNREADABLE, field=f"score_{key}")
    text = plain(answers.text).strip()
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            N_("Write at most %(count)s characters.", count=LONGEST_TEXT), field="remarks"
        )
    row.set_id, row.again, row.text = answers.set_id, answers.again, text
    for one in DIMENSIONS:
        setattr(row, one.value, answers.scores[one.value])


def _question(pair: tuple[str, str], name: str) -> tuple[str, str]:
    """A question, cleaned; a further one may be empty in both languages."""
    zh, en = (one_line(visible(one)) for one in pair)
    if name.isdigit() and not zh and not en:
        return "", ""
    for text, field in ((zh, f"zh_{name}"), (en, f"en_{name}")):
        if not text or len(text) > LONGEST_QUESTION:
            raise Invalid(
                N_(
                    "Write the question in both languages, with at most %(count)s characters.",
                    count=LONGEST_QUESTION,
                ),
                field=field,
            )
    return zh, en


def _told(asked: Sequence[EvaluationQuestion]) -> dict[str, str]:
    return {one.key: one.zh for one in asked}
