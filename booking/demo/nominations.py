"""Nominations in each state, terms that end soon, and somebody who has left."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import SYSTEM
from booking.availability import service as availability
from booking.instructors.models import Field, Instructor
from booking.nominations import acceptance, service
from booking.nominations.acceptance import Appointment
from booking.nominations.certificates import numbers
from booking.nominations.departures import service as departures
from booking.nominations.engine.application import Application, Origin, ProposedTopic
from booking.nominations.engine.lifecycle import (
    NominationCommand,
    NominationParty,
    NominationState,
)
from booking.nominations.models import Nomination
from booking.nominations.renewals import service as renewals
from booking.nominations.service import Acting, Nominator

S = NominationState

PEOPLE: tuple[tuple[str, str, str, str, int, NominationState], ...] = (
    # name, workplace, post, topic, minutes, state
    ("苏念慈", "澜江航运公司（虚构）", "船长", "江上的一堂安全课", 5, S.SUBMITTED),
    ("霍知远", "云麓中学（虚构）", "高级教师", "家长会上说什么", 45, S.SUBMITTED),
    ("向晚晴", "青禾社区卫生站（虚构）", "全科医生", "老年人用药五个提醒", 5, S.RETURNED),
    ("闻人嘉", "省水文局（虚构）", "工程师", "看懂洪水预警", 60, S.TRIAL),
    ("陆以宁", "松石律师事务所（虚构）", "律师", "民法典与邻里", 90, S.TRIED),
    ("简书瑶", "榆山农技站（虚构）", "农艺师", "一亩大棚的账", 60, S.ACCEPTED),
    ("屈怀瑾", "望川建设公司（虚构）", "安全员", "工地上的微党课", 5, S.REJECTED),
    ("叶流霜", "汀兰大学（虚构）", "讲师", "读懂政府工作报告", 120, S.WITHDRAWN),
)

ENDINGS = (-12, 6, 21, 34, 58, 80)
"""Days from today on which terms end."""


def add(
    session: Session,
    *,
    instructor_ids: list[int],
    organisation_id: int,
    region_code: str,
    now: datetime,
    today: date,
) -> None:
    """Add nominations of a unit and by people themselves; terms of some instructors."""
    field = session.scalars(select(Field).order_by(Field.id).limit(1)).first()
    for number, (name, workplace, post, topic, minutes, state) in enumerate(PEOPLE):
        unit = number % 2 == 0
        nominator = (
            Nominator(Origin.UNIT, None, organisation_id) if unit else Nominator(Origin.SELF, None)
        )
        asked_at = now - timedelta(days=9 - number, hours=3)
        nomination = service.submit(
            session,
            application=Application(
                name=name,
                workplace=workplace,
                region_code=region_code,
                title=post,
                introduction="讲过多次，听众反映清楚、实用。",
                field_codes=() if field is None else (field.code,),
                topics=(ProposedTopic(topic, minutes, "结合身边的例子来讲。"),),
                phone=f"1200000{number:04d}",
            ),
            nominator=nominator,
            now=asked_at,
        )
        _bring(session, nomination, state, now=now, today=today)
    _terms(session, instructor_ids, now=now, today=today)


def _bring(
    session: Session, one: Nomination, state: NominationState, *, now: datetime, today: date
) -> None:
    acting = Acting(NominationParty.REVIEWER, None, now - timedelta(hours=20))
    if state in (S.TRIAL, S.TRIED):
        at = now + timedelta(days=3) if state is S.TRIAL else now - timedelta(hours=10)
        service.arrange_trial(session, one, at=at, place="省党校报告厅", acting=acting)
    if state is S.TRIED:
        service.note_trial(session, one, passed=True, note="条理清楚，案例贴近。", acting=acting)
    elif state is S.RETURNED:
        reason = "请补充讲课经历，并写明能讲的时间。"
        service.give_command(session, one, NominationCommand.RETURN, acting=acting, reason=reason)
    elif state is S.REJECTED:
        reason = "该专题本地区已有多位讲师，欢迎换一个题目再推荐。"
        service.give_command(session, one, NominationCommand.REJECT, acting=acting, reason=reason)
    elif state is S.WITHDRAWN:
        own = Acting(NominationParty.NOMINATOR, None, now - timedelta(hours=5))
        service.give_command(session, one, NominationCommand.WITHDRAW, acting=own)
    elif state is S.ACCEPTED:
        appointment = Appointment(today, 2)
        acceptance.accept(session, one, appointment=appointment, actor=SYSTEM, now=now)


def _terms(session: Session, ids: list[int], *, now: datetime, today: date) -> None:
    """Terms that end soon: one is left to end, and another person leaves the register."""
    chosen = ids[-len(ENDINGS) - 1 :]
    made = []
    for instructor_id, days in zip(chosen, ENDINGS, strict=False):
        last = today + timedelta(days=days)
        first = last - timedelta(days=729)
        made.append(
            availability.add_term(
                session,
                instructor_id=instructor_id,
                first=first,
                last=last,
                certificate=numbers.next_number(session, first.year),
            )
        )
    if len(made) > 1:
        reason = "本人明年退休，不再续聘。"
        renewals.let_end(session, term_id=made[-1].id, reason=reason, actor=SYSTEM, now=now)
    for instructor_id in reversed(ids):
        if not departures.lectures_to_come(session, instructor_id, now):
            if session.get_one(Instructor, instructor_id).id in chosen[:-1]:
                continue
            departures.leave(
                session,
                instructor_id=instructor_id,
                reason="调往外省工作。",
                actor=SYSTEM,
                today=today,
                now=now,
            )
            return
