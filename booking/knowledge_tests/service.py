"""Prepares the test of a lecture and takes answers. The caller owns the transaction."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking import audit
from booking.errors import Conflict, Invalid, NotFound
from booking.knowledge_tests import queries
from booking.knowledge_tests.engine.groups import right_ones
from booking.knowledge_tests.engine.questions import FEWEST_ASKED, MOST_ASKED, can_answer
from booking.knowledge_tests.models import AskedQuestion, GivenAnswer, KnowledgeTest
from booking.lectures import changes
from booking.lectures.models import Lecture
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.errors import Gone
from booking.listener_links.models import ListenerLink
from booking.listener_links.queries import is_open
from booking.sentences import N_

OPENED = N_("The test was opened. It asks the same questions before and after, so they stay.")
NOTHING_TICKED = N_(
    "Nothing is ticked. If you know none of the answers, tick that at the end and send it again."
)
ANSWERED = N_("This device has answered already. Each device answers once.")


@dataclass(frozen=True, slots=True)
class Device:
    """The keys of a device: for one link, and for both links of a lecture."""

    key: str
    pair_key: str


def drawn(session: Session, topic_id: int | None, count: int) -> list[int]:
    """The ids of `count` questions of a topic, drawn at random, or of as many as there are."""
    ids = [one.id for one in queries.on_offer(session, topic_id)]
    return secrets.SystemRandom().sample(ids, min(count, len(ids)))


def prepare(session: Session, number: str, question_ids: Collection[int]) -> KnowledgeTest:
    """Choose the questions of a lecture's test.

    Raises `Invalid` with the field `questions`, `Conflict` once the test was opened.
    """
    lecture = changes.locked(session, number)
    if queries.links_of(session, [lecture.id]):
        raise Conflict(OPENED)
    offered = queries.on_offer(session, lecture.topic_id)
    wanted = set(question_ids)
    ids = [one.id for one in offered if one.id in wanted]
    if not FEWEST_ASKED <= len(ids) <= MOST_ASKED:
        raise Invalid(
            N_("Choose %(fewest)s to %(most)s questions.", fewest=FEWEST_ASKED, most=MOST_ASKED),
            "questions",
        )
    test = queries.test_of(session, lecture.id)
    if test is None:
        test = KnowledgeTest(lecture_id=lecture.id, before_count=0, after_count=0, both_count=0)
        session.add(test)
    test.asked.clear()
    session.flush()
    for place, question_id in enumerate(ids, start=1):
        test.asked.append(AskedQuestion(question_id=question_id, position=place))
    session.flush()
    about = audit.About(audit.SubjectKind.LECTURE, lecture.id, lecture.number)
    region = lecture.organisation.region_code
    audit.record(session, audit.Action.TEST_PREPARED, about=about, region_code=region)
    return test


def answer(
    session: Session,
    link: ListenerLink,
    device: Device,
    ticked: Mapping[int, int],
    *,
    none_known: bool,
    now: datetime,
) -> None:
    """Take the answers of a device, by the id of the question; a missing one is "I don't know".

    Raises `Conflict` for a device that has answered, `Gone` for a link that was closed meanwhile,
    `Invalid` if nothing is ticked unless `none_known`, or a choice does not exist.
    """
    _lock(session, link, now)
    test = queries.test_of(session, link.lecture_id)
    if test is None:
        raise NotFound()
    before = link.purpose is LinkPurpose.TEST_BEFORE
    other = LinkPurpose.TEST_AFTER if before else LinkPurpose.TEST_BEFORE
    if queries.paired(session, test.id, link.purpose, device.pair_key) is not None:
        raise Conflict(ANSWERED)
    given = [ticked.get(one.question_id, 0) for one in test.asked]
    _refuse_impossible(test, given)
    if not any(given) and not none_known:
        raise Invalid(NOTHING_TICKED, "none")
    session.add(
        GivenAnswer(
            test_id=test.id,
            link_id=link.id,
            purpose=link.purpose,
            device_key=device.key,
            pair_key=device.pair_key,
            given=given,
            answered_at=now,
        )
    )
    session.flush()
    both = queries.paired(session, test.id, other, device.pair_key) is not None
    _count(session, test, given, before=before, both=both)


def _lock(session: Session, link: ListenerLink, now: datetime) -> None:
    """Whoever closes the link waits: no answer comes after the numbers are shown."""
    query = select(ListenerLink).where(ListenerLink.id == link.id).with_for_update()
    found = session.scalars(query.execution_options(populate_existing=True)).one()
    if not is_open(found, now):
        raise Gone()


def _refuse_impossible(test: KnowledgeTest, given: list[int]) -> None:
    for one, ticks in zip(test.asked, given, strict=True):
        if not can_answer(one.question.kind, len(one.question.choices), ticks):
            raise Invalid(N_("Choose from the list."), f"q{one.question_id}")


def _count(
    session: Session, test: KnowledgeTest, given: list[int], *, before: bool, both: bool
) -> None:
    """Add to the totals in the database, where devices that answer together meet."""
    answered = KnowledgeTest.before_count if before else KnowledgeTest.after_count
    right = AskedQuestion.before_right if before else AskedQuestion.after_right
    rights = right_ones([one.question.right for one in test.asked], given)
    known = [one.id for one, is_right in zip(test.asked, rights, strict=True) if is_right]
    session.execute(
        update(KnowledgeTest)
        .where(KnowledgeTest.id == test.id)
        .values(
            {answered: answered + 1, KnowledgeTest.both_count: KnowledgeTest.both_count + int(both)}
        )
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(AskedQuestion)
        .where(AskedQuestion.id.in_(known))
        .values({right: right + 1})
        .execution_options(synchronize_session=False)
    )
    session.expire(test)


def refusal(
    session: Session, lecture: Lecture, now: datetime, purpose: LinkPurpose
) -> object | None:
    """Why no code of a test can be opened now; None: it can."""
    test = queries.test_of(session, lecture.id)
    if test is None:
        return N_("Choose the questions of the test first.")
    if queries.change_of_group(session, lecture.id, now) is not None:
        return N_("The result of the group is shown. No more answers are taken.")
    if purpose is LinkPurpose.TEST_AFTER:
        return (
            N_("The test after the lecture opens when it begins.") if _early(lecture, now) else None
        )
    if any(
        one.purpose is LinkPurpose.TEST_AFTER for one in queries.links_of(session, [lecture.id])
    ):
        return N_("The test after the lecture was opened. Nobody answers the one before any more.")
    return None


def _early(lecture: Lecture, now: datetime) -> bool:
    return now < lecture.starts_at
