"""Needs that were not met, what is done about them, and searches without a result."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import SYSTEM
from booking.demand.models import SearchMiss
from booking.evaluations.models import BranchEvaluation
from booking.instructors import service as instructors
from booking.instructors.models import Field
from booking.instructors.service import InstructorFacts, TopicFacts
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.nominations import service as nominations
from booking.nominations.engine.application import Application, Origin, ProposedTopic
from booking.nominations.service import Nominator
from booking.orders.engine.lifecycle import OrderState
from booking.orders.engine.needs import UnmetReason
from booking.orders.models import Order, OrderWindow
from booking.recruiting import service
from booking.recruiting.engine.lifecycle import RecruitingCommand
from booking.recruiting.models import RecruitingCase
from booking.recruiting.service import Recruiter
from tests.factories import COUNTY, DISTRICT, NOW, Cast

CODE = "recruited"


def unmet_order(number: int, organisation_id: int, field_id: int) -> Order:
    """An order of a branch in the county for which nobody was found."""
    return Order(
        number=f"DD-2026-8{number:05}",
        state=OrderState.EXPIRED,
        organisation_id=organisation_id,
        wish="止血和包扎",
        field_id=field_id,
        region_code=COUNTY,
        place="会议室",
        unmet=UnmetReason.NOBODY,
        created_at=NOW,
        changed_at=NOW,
        expires_at=NOW,
    )


def add(session: Session, cast: Cast, number: int) -> None:
    """One need, suggestion, nomination and step more of a case; the first one opens it."""
    recruiter = Recruiter(cast.wang, "王强", NOW)
    if number == 0:
        opened = instructors.add_field(session, code=CODE, name="现场急救").id
        service.open_case(session, field_id=opened, region_code=COUNTY, recruiter=recruiter)
    field_id = session.scalars(select(Field.id).where(Field.code == CODE)).one()
    order = unmet_order(number, cast.li.id, field_id)
    session.add(order)
    session.flush()
    ends = NOW + timedelta(hours=2)
    session.add(OrderWindow(order_id=order.id, starts_at=NOW, ends_at=ends))
    topic = TopicFacts(title=f"止血{number}", minutes=60, field_id=field_id)
    facts = InstructorFacts(
        name=f"方{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{'一二三'[number // 10]}",
        workplace="栖云市急救中心（虚构）",
        region_code=DISTRICT,
        serves=(DISTRICT,),
        topics=(topic,),
    )
    instructors.add_instructor(session, facts=facts, actor=SYSTEM, now=NOW)
    application = Application(
        name=f"林止{number}",
        workplace="岫云县医院",
        region_code=COUNTY,
        field_codes=(CODE,),
        topics=(ProposedTopic("止血", 60),),
        phone="12000000009",
    )
    by_wang = Nominator(Origin.COORDINATOR, cast.wang)
    nominations.submit(session, application=application, nominator=by_wang, now=NOW)
    case = session.scalars(select(RecruitingCase).where(RecruitingCase.field_id == field_id)).one()
    service.give_command(session, case, RecruitingCommand.NOMINATE, recruiter=recruiter)
    session.add(
        SearchMiss(
            day=NOW.date(),
            words=f"量子{number}",
            field_code="",
            region_code=COUNTY,
            searches=3,
        )
    )
    _evaluation(session)


def _evaluation(session: Session) -> None:
    """The branch has evaluated the lecture that took place last."""
    evaluated = select(BranchEvaluation.lecture_id)
    newest = session.scalar(
        select(func.max(Lecture.id)).where(
            Lecture.state == State.DELIVERED, Lecture.id.not_in(evaluated)
        )
    )
    if newest is not None:
        scores = {"content": 4, "method": 4, "usefulness": 4}
        session.add(
            BranchEvaluation(
                lecture_id=newest, set_id=1, **scores, further={}, again=True, given_at=NOW
            )
        )
