"""The parts of a dossier that come after a lecture: who was there, how it was, what has changed.

Each shows what the page of the lecture shows to the same reader, and nothing to a branch that takes
part without being the host.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_babel import format_percent
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking import i18n
from booking.attendance import queries as attendance
from booking.dossiers.records.parts import DossierPart, DossierReader, Part
from booking.evaluations import queries as evaluations
from booking.evaluations.engine.scales import HIGHEST
from booking.evaluations.models import BranchEvaluation, EvaluationSet
from booking.evaluations.queries import LectureEvaluation
from booking.evaluations.totals import Means
from booking.evaluations.words import DIMENSIONS, SCORES
from booking.follow_ups import queries as follow_ups
from booking.knowledge_tests import queries as knowledge_tests
from booking.lectures.engine.states import Party
from booking.lectures.engine.transitions import PUBLISHED
from booking.lectures.models import Lecture

Rows = Iterator[tuple[str, str]]


def attendance_part(
    session: Session, lecture: Lecture, reader: DossierReader, _now: datetime
) -> Part | None:
    """How many signed the attendance list; their names for the branch's side only."""
    if not reader.parties:
        return None
    found = attendance.attendance_of(session, lecture.id)
    if not found.count:
        return None
    rows = [(_("Number of people"), str(found.count))]
    if reader.keeps_attendees and found.names:
        rows.append((_("Names"), i18n.listed(found.names)))
    return Part(_("Attendance list"), tuple(rows))


def knowledge_part(
    session: Session, lecture: Lecture, reader: DossierReader, now: datetime
) -> Part | None:
    """The change of the group between both tests, once it may be shown."""
    if not _told(lecture, reader):
        return None
    change = knowledge_tests.change_of_group(session, lecture.id, now)
    if change is None:
        return None
    before, after = format_percent(change.share_before), format_percent(change.share_after)
    rows = (
        (_("Right before"), before),
        (_("Right after"), after),
        (_("Answered before"), str(change.before)),
        (_("Answered after"), str(change.after)),
    )
    return Part(_("Knowledge test"), rows)


def evaluation_part(
    session: Session, lecture: Lecture, reader: DossierReader, now: datetime
) -> Part | None:
    """That the branch has evaluated; what it said is told to the branch itself only."""
    found = _evaluation(session, lecture, reader, now)
    if found is None or not found.filed:
        return None
    rows = [(_("By the branch"), _("Evaluated"))]
    if found.own is not None:
        rows.extend(_own_rows(session, found.own))
    return Part(_("Evaluation"), tuple(rows))


def listeners_part(
    session: Session, lecture: Lecture, reader: DossierReader, now: datetime
) -> Part | None:
    """How many listeners answered, and their means once they may be told."""
    found = _evaluation(session, lecture, reader, now)
    if found is None or not found.listeners:
        return None
    rows = [(_("Number of answers"), str(found.listeners))]
    if found.means is not None:
        rows.extend(_mean_rows(found.means))
    return Part(_("Evaluation by listeners"), tuple(rows))


def _evaluation(
    session: Session, lecture: Lecture, reader: DossierReader, now: datetime
) -> LectureEvaluation | None:
    if not _told(lecture, reader) or now < lecture.starts_at:
        return None
    of_branch = Party.BRANCH in reader.parties
    return evaluations.evaluation_of(session, lecture.id, of_branch=of_branch, now=now)


def _own_rows(session: Session, own: BranchEvaluation) -> Rows:
    for dimension, words in DIMENSIONS.items():
        yield str(words), str(SCORES[getattr(own, dimension.value)])
    asked = session.get_one(EvaluationSet, own.set_id).asked
    for one in asked:
        if one.key in own.further:
            yield i18n.data_name(one.zh, one.en), str(SCORES[own.further[one.key]])
    yield _("Would book again"), str(_("Yes") if own.again else _("No"))
    if own.text:
        yield _("Remarks"), own.text


def _mean_rows(means: Means) -> Rows:
    for dimension, words in DIMENSIONS.items():
        mean = f"{means.dimensions[dimension]:.1f}"
        yield str(words), str(_("%(mean)s of %(most)s", mean=mean, most=HIGHEST))
    again = _("%(yes)s of %(all)s", yes=means.again, all=means.count)
    yield _("Would listen again"), str(again)


def _told(lecture: Lecture, reader: DossierReader) -> bool:
    """Whether the lecture stands, and its reader is one of its parties."""
    return bool(reader.parties) and lecture.state in PUBLISHED


def follow_up_part(
    session: Session, lecture: Lecture, reader: DossierReader, _now: datetime
) -> Part | None:
    """What the branch said has changed, some time after the lecture."""
    if not reader.parties:
        return None
    rows = []
    for one in follow_ups.follow_ups_of(session, lecture.id):
        if one.answered_at is None:
            continue
        named = i18n.listed(i18n.data_name(each.name, each.name_en) for each in one.outcomes)
        told = i18n.colon().join(text for text in (named, one.text) if text)
        rows.append((_("After %(days)s days", days=one.days), told or "—"))
    return Part(_("Effect in the work"), tuple(rows)) if rows else None


PARTS: tuple[DossierPart, ...] = (
    attendance_part,
    knowledge_part,
    evaluation_part,
    listeners_part,
    follow_up_part,
)
"""After those of `built_in`."""
