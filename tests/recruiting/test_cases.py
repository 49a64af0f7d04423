"""From a need that was not met to a nomination; nothing of another region."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts.models import Region
from booking.audit import Action, AuditEntry
from booking.db import db, unit_of_work
from booking.errors import Invalid
from booking.instructors.models import Field, Instructor, InstructorField, ServedRegion, Topic
from booking.nominations import service as nominations
from booking.nominations.engine.application import Application, Origin, ProposedTopic
from booking.nominations.service import Nominator
from booking.orders.models import Order
from booking.outbox.models import OutboxEvent
from booking.recruiting import queries, service, suggestions
from booking.recruiting.engine.lifecycle import (
    CaseMovedOn,
    RecruitingCommand,
    RecruitingState,
    target,
)
from booking.recruiting.models import RecruitingCase, RecruitingStep
from booking.recruiting.service import CannotBeAsked, Recruiter
from booking.recruiting.suggestions import Suggestion
from tests import factories
from tests.browser import Client
from tests.counting import QueryCount
from tests.factories import COUNTY, NOW, OTHER_DISTRICT, SUN, WANG, Cast
from tests.recruiting import needing

FIELD = 1


def unmet(app: Flask, people: Cast, times: int = 3, field_id: int = FIELD) -> None:
    """Orders of Li's branch, in the county, for which nobody was found."""
    with app.app_context(), unit_of_work() as session:
        if session.get(Field, FIELD) is None:
            session.add(Field(id=1, code="aid", name="急救"))
            session.add(Field(id=2, code="law", name="法律"))
            session.flush()
        session.get_one(Topic, people.chen.topic).field_id = FIELD
        start = len(session.scalars(select(Order.id).order_by(Order.id)).all())
        for number in range(start, start + times):
            session.add(needing.unmet_order(number, people.li.id, field_id))


def opened(app: Flask, people: Cast) -> int:
    """A case for the field in the county."""
    with app.app_context(), unit_of_work() as session:
        case = service.open_case(
            session, field_id=FIELD, region_code=COUNTY, recruiter=_wang(people)
        )
        return case.id


def _wang(people: Cast, minutes: int = 0) -> Recruiter:
    return Recruiter(people.wang, "王强", NOW + timedelta(minutes=minutes))


def state(app: Flask) -> tuple[RecruitingState, list[RecruitingCommand]]:
    with app.app_context():
        case = db.session().scalars(select(RecruitingCase)).one()
        steps = db.session().scalars(select(RecruitingStep).order_by(RecruitingStep.id))
        return case.state, [step.command for step in steps]


def test_the_table() -> None:
    asked, nominated, closed = (
        RecruitingState.ASKED,
        RecruitingState.NOMINATED,
        RecruitingState.CLOSED,
    )
    command = RecruitingCommand
    assert target(RecruitingState.OPEN, command.ASK, "") is asked
    assert target(nominated, command.ASK, "") is nominated
    assert target(asked, command.NOMINATE, "") is nominated
    assert target(asked, command.CLOSE, "够了") is closed
    assert target(closed, command.OPEN, "") is RecruitingState.OPEN
    for one in (command.ASK, command.NOMINATE, command.CLOSE):
        with pytest.raises(CaseMovedOn):
            target(closed, one, "原因")
    with pytest.raises(CaseMovedOn):
        target(asked, command.OPEN, "")
    for reason in (" ", "字" * 201):
        with pytest.raises(Invalid):
            target(asked, command.CLOSE, reason)


def test_from_the_need_to_a_nomination(app: Flask, client: Client, people: Cast) -> None:
    unmet(app, people)
    client.sign_in(WANG)
    page = client.get("/recruiting").text
    assert 'name="region" value="990121"' in page
    answer = client.post("/recruiting", {"region": COUNTY, "field": FIELD})
    assert answer.status_code == 303
    case = answer.location
    page = client.get(case).text
    assert "DD-2026-800000" in page
    assert f"{case}/ask/{people.chen.id}" in page
    assert client.post(f"{case}/ask/{people.chen.id}").status_code == 303
    assert client.post(f"{case}/ask/{people.chen.id}").status_code == 409
    answer = client.post(f"{case}/nominate")
    assert answer.location.startswith("/nominate?region=990121&field=")
    assert '<option value="990121" selected' in client.get(answer.location).text
    assert client.post(f"{case}/close", {"reason": ""}).status_code == 422
    assert client.post(f"{case}/close", {"reason": "有人了"}).status_code == 303
    command = RecruitingCommand
    steps = [command.OPEN, command.ASK, command.NOMINATE, command.CLOSE]
    assert state(app) == (RecruitingState.CLOSED, steps)
    with app.app_context():
        audited = select(AuditEntry.id).where(AuditEntry.action == Action.RECRUITING)
        assert len(db.session().scalars(audited).all()) == 4
        events = select(OutboxEvent.id).where(OutboxEvent.kind == "recruiting.asked")
        assert len(db.session().scalars(events).all()) == 1


def test_another_region_is_not_reached(app: Flask, client: Client, people: Cast) -> None:
    unmet(app, people)
    case_id = opened(app, people)
    client.sign_in(SUN)
    assert COUNTY not in client.get("/recruiting").text
    case = f"/recruiting/{case_id}"
    answers = [
        client.get(case),
        client.post("/recruiting", {"region": COUNTY, "field": FIELD}),
        client.post(f"{case}/ask/{people.chen.id}"),
        client.post(f"{case}/nominate"),
        client.post(f"{case}/close", {"reason": "原因"}),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert state(app) == (RecruitingState.OPEN, [RecruitingCommand.OPEN])


def test_what_became_of_it(app: Flask, people: Cast) -> None:
    unmet(app, people)
    case_id = opened(app, people)
    with app.app_context(), unit_of_work() as session:
        case = service.locked(session, case_id)
        service.ask(session, case, people.chen.id, needs=3, recruiter=_wang(people))
        code = case.field.code
        nominations.submit(
            session,
            application=Application(
                name="林悦",
                workplace="岫云县医院",
                region_code=COUNTY,
                field_codes=(code,),
                topics=(ProposedTopic("止血", 60),),
                phone="12000000009",
            ),
            nominator=Nominator(Origin.COORDINATOR, people.wang),
            now=NOW,
        )
    with app.app_context():
        found = queries.outcome(db.session(), queries.case_by_id(db.session(), case_id))
        assert (found.asked, found.widened, found.appointed, found.met) == (1, 0, 0, 0)
        assert [one.name for one in found.nominations] == ["林悦"]
    with app.app_context(), unit_of_work() as session:
        session.add(ServedRegion(instructor_id=people.chen.id, region_code=COUNTY))
        found_case = service.locked(session, case_id)
        session.flush()
        with pytest.raises(CannotBeAsked):
            service.ask(session, found_case, people.chen.id, needs=3, recruiter=_wang(people))
    factories.confirmed(app, people)
    with app.app_context():
        found = queries.outcome(db.session(), queries.case_by_id(db.session(), case_id))
        assert (found.asked, found.widened, found.met) == (1, 1, 1)


def suggested(app: Flask, case_id: int) -> list[Suggestion]:
    with app.app_context():
        case = queries.case_by_id(db.session(), case_id)
        return suggestions.suggestions(db.session(), case)


def test_who_is_suggested(app: Flask, people: Cast) -> None:
    """Of the field, nearby, listed, and not teaching there already."""
    unmet(app, people)
    case_id = opened(app, people)

    def ids() -> list[int]:
        return [one.id for one in suggested(app, case_id)]

    assert ids() == [people.chen.id]
    with app.app_context(), unit_of_work() as session:
        city = session.get_one(Region, COUNTY).parent_code
        session.add(ServedRegion(instructor_id=people.chen.id, region_code=city))
    assert ids() == []
    with app.app_context(), unit_of_work() as session:
        session.delete(session.get_one(ServedRegion, (people.chen.id, city)))
        session.get_one(Instructor, people.chen.id).listed = False
    assert ids() == []


def test_where_few_are_near_the_next_larger_region_is_asked(app: Flask, people: Cast) -> None:
    """In the order of names, and nobody further away once three are near."""
    unmet(app, people)
    case_id = opened(app, people)
    with app.app_context(), unit_of_work() as session:
        session.get_one(Topic, people.zhou.topic).field_id = FIELD
    assert [one.name for one in suggested(app, case_id)] == ["陈明", "周岚"]
    with app.app_context(), unit_of_work() as session:
        for name in ("白鹭", "何宁"):
            instructor_id = factories.make_instructor(session, name)
            session.add(InstructorField(instructor_id=instructor_id, field_id=FIELD))
    assert [one.name for one in suggested(app, case_id)] == ["白鹭", "陈明", "何宁"]


def test_each_suggestion_tells_a_fact(app: Flask, client: Client, people: Cast) -> None:
    """Which topic of the field, and where they teach; without a topic the field of the entry."""
    unmet(app, people)
    case_id = opened(app, people)
    with app.app_context(), unit_of_work() as session:
        session.add(ServedRegion(instructor_id=people.chen.id, region_code=OTHER_DISTRICT))
        title = session.get_one(Topic, people.chen.topic).title
        instructor_id = factories.make_instructor(session, "白鹭")
        session.add(InstructorField(instructor_id=instructor_id, field_id=FIELD))
    told = [(one.topic, [place.name for place in one.places]) for one in suggested(app, case_id)]
    assert told == [(None, ["听澜区"]), (title, ["听澜区", "观屿区"])]
    page = client.sign_in(WANG).get(f"/recruiting/{case_id}").text
    facts = (f"在听澜区、观屿区讲授“{title}”。", "从事急救，在听澜区。")
    assert [fact for fact in facts if fact not in page] == []


def test_queries_are_constant(
    app: Flask, client: Client, people: Cast, request: pytest.FixtureRequest
) -> None:
    count_queries: QueryCount = request.getfixturevalue("queries")
    unmet(app, people, 2)
    case_id = opened(app, people)
    client.sign_in(WANG)
    pages = ("/recruiting", f"/recruiting/{case_id}")
    for page in pages:
        client.get(page)

    def number(page: str) -> int:
        with count_queries() as statements:
            assert client.get(page).status_code == 200
        return len(statements)

    few = [number(page) for page in pages]
    unmet(app, people, 20)
    unmet(app, people, 5, field_id=2)
    assert [number(page) for page in pages] == few
