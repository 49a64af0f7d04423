"""Two organisations become one: everything moves, nothing that was promised changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.accounts import service as accounts
from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, Organisation, User
from booking.audit import Action, AuditEntry
from booking.calendars.feeds import service as calendars
from booking.calendars.feeds.engine.kinds import of_branch
from booking.calendars.feeds.models import Feed
from booking.calendars.feeds.queries import find_feed
from booking.calendars.models import FeedRevision, RenderedEvent
from booking.db import db, unit_of_work
from booking.errors import DomainError, Invalid, NotFound
from booking.lectures.engine.errors import BranchClosed
from booking.lectures.engine.states import Side
from booking.lectures.models import Hold, Lecture
from booking.lectures.quotas import service as quotas
from booking.notifications.models import Delivery
from booking.notifications.transmission.delivery import deliver
from booking.orders.models import Order
from booking.organisations import service, tasks
from booking.organisations.mergers import service as merging_service
from booking.organisations.service import Merged
from tests import factories
from tests.browser import Client
from tests.factories import COUNTY, LI, NOW, ROOT, SUN, WANG, ZHAO, ZONE, Cast, at
from tests.orders import ordering
from tests.organisations.merging import merge, rows


@pytest.fixture
def double(app: Flask, people: Cast) -> int:
    """A double of Li's branch, of which Li is a contact as well."""
    with app.app_context(), unit_of_work() as session:
        unit = factories.make_branch(session, "岫云县第一党支部", region=COUNTY)
        li = session.get_one(User, people.li.user)
        accounts.add_membership(
            session, user=li, role=Role.BRANCH, organisation_id=unit.id, now=NOW
        )
        return unit.id


def test_all_that_names_it_moves(app: Flask, people: Cast, double: int) -> None:
    factories.confirmed(app, people, at(3, 9), organisation_id=double)
    factories.requested(app, people, at(4, 9))
    ordering.placed(app, people, organisation_id=double)
    with app.app_context(), unit_of_work() as session:
        calendars.open_feed(session, of_branch(double), user_id=people.li.user, now=NOW)
    before, own = rows(app, double), rows(app, people.li.id)
    assert before == {
        "lecture.organisation_id": 1,
        "hold.organisation_id": 1,
        "branch_order.organisation_id": 1,
        "membership.organisation_id": 1,
        "feed.organisation_id": 1,
        "feed_revision.owner_id": 1,
        "rendered_event.owner_id": 1,
    }

    merge(app, double, people.li.id)

    assert rows(app, double) == {}
    after = rows(app, people.li.id)
    # Li was a contact of both, and is one once; the calendar has one revision.
    assert after == {
        label: own.get(label, 0) + count
        for label, count in before.items()
        if label != "membership.organisation_id"
    } | {
        "membership.organisation_id": 1,
        "feed_revision.owner_id": 1,
        "organisation.merged_into_id": 1,
    }


def test_what_was_promised_stays(app: Flask, people: Cast, double: int) -> None:
    number = factories.confirmed(app, people, at(3, 9), organisation_id=double)

    def promise() -> tuple[object, ...]:
        with app.app_context():
            one = db.session().scalars(select(Lecture).where(Lecture.number == number)).one()
            event = select(RenderedEvent.text).order_by(RenderedEvent.id)
            texts = db.session().scalars(event).all()
            return one.sequence, one.changed_at, one.starts_at, one.place, one.region_code, texts

    before = promise()
    merge(app, double, people.li.id)
    assert promise() == before


def test_subscribers_of_both_calendars_fetch_them_anew(
    app: Flask, people: Cast, double: int
) -> None:
    factories.confirmed(app, people, at(3, 9), organisation_id=double)
    factories.confirmed(app, people, at(4, 9), organisation_id=double)
    factories.confirmed(app, people, at(7, 9))
    tokens = []
    with app.app_context(), unit_of_work() as session:
        tokens = [
            calendars.open_feed(session, of_branch(owner), user_id=user, now=NOW)
            for owner, user in ((double, people.li.user), (people.li.id, people.li.user))
        ]

    def tags() -> list[str]:
        with app.app_context():
            found = [
                find_feed(db.session().connection(), token, today=NOW.date()) for token in tokens
            ]
            return [feed.etag(NOW.date()) for feed in found if feed is not None]

    before = tags()
    merge(app, double, people.li.id)
    after = tags()
    assert len(after) == 2
    assert set(before) & set(after) == set()
    with app.app_context():
        assert set(db.session().scalars(select(Feed.organisation_id))) == {people.li.id}
        branch = select(FeedRevision.owner_id).where(FeedRevision.side == Side.BRANCH)
        assert list(db.session().scalars(branch)) == [people.li.id]


def test_waiting_mail_reaches_the_contacts_of_the_one_that_stays(app: Flask, people: Cast) -> None:
    factories.confirmed(app, people, at(3, 9))  # The event waits in the outbox.
    merge(app, people.li.id, people.zhao.id)
    with app.app_context():
        deliver(NOW)
        sent = set(db.session().scalars(select(Delivery.recipient)))
    # Li moved along, so that both are contacts now.
    assert {LI, ZHAO} <= sent


def test_a_page_or_a_form_from_before_leads_to_the_one_that_stays(
    app: Flask, client: Client, people: Cast, double: int
) -> None:
    merge(app, double, people.li.id)
    client.sign_in(WANG)
    moved = client.get(f"/organisations/{double}")
    assert (moved.status_code, moved.location) == (302, f"/organisations/{people.li.id}")
    number = factories.requested(app, people, at(3, 9), organisation_id=double)
    order = ordering.placed(app, people, organisation_id=double)
    with app.app_context():
        session = db.session()
        lecture = session.scalars(select(Lecture).where(Lecture.number == number)).one()
        placed = session.scalars(select(Order).where(Order.number == order)).one()
        holds = session.scalars(select(Hold.organisation_id)).all()
        assert (lecture.organisation_id, placed.organisation_id) == (people.li.id, people.li.id)
        assert holds == [people.li.id]


def test_the_limits_count_both(app: Flask, people: Cast, double: int) -> None:
    factories.requested(app, people, at(3, 9), organisation_id=double)
    factories.requested(app, people, at(4, 9))
    with app.app_context():
        before = quotas.open_count(db.session(), people.li.id, now=NOW, zone=ZONE)
    merge(app, double, people.li.id)
    with app.app_context():
        after = quotas.open_count(db.session(), people.li.id, now=NOW, zone=ZONE)
    assert (before, after) == (1, 2)


def test_what_came_late_is_settled(app: Flask, people: Cast, double: int) -> None:
    merge(app, double, people.zhao.id)
    with app.app_context(), unit_of_work() as session:
        session.add(
            Membership(
                user_id=people.wang, role=Role.BRANCH, organisation_id=double, created_at=NOW
            )
        )
    assert rows(app, double) == {"membership.organisation_id": 1}
    with app.app_context():
        tasks.settle(NOW)
    assert rows(app, double) == {}


def test_mergers_in_a_row_lead_to_the_last(app: Flask, people: Cast, double: int) -> None:
    merge(app, double, people.li.id)
    merge(app, people.li.id, people.zhao.id)
    with app.app_context():
        query = select(Organisation.merged_into_id).order_by(Organisation.id)
        assert sorted(one for one in db.session().scalars(query) if one) == [people.zhao.id] * 2
        users = accounts.users_of_organisation(db.session(), double)
        assert {user.id for user in users} == {people.li.user, people.zhao.user}


def test_the_audit_log_tells_all(app: Flask, people: Cast, double: int) -> None:
    factories.requested(app, people, at(3, 9), organisation_id=double)
    merge(app, double, people.li.id)
    with app.app_context():
        entry = (
            db.session()
            .scalars(select(AuditEntry).where(AuditEntry.action == Action.ORGANISATION_MERGED))
            .one()
        )
        assert (entry.subject_id, entry.subject_label) == (double, "岫云县第一党支部")
        assert entry.detail == {
            "into": f"岫云县第一支部 ({people.li.id})",
            "moved": [
                "lecture.organisation_id 1",
                "hold.organisation_id 1",
                "membership.organisation_id 1",
                "feed_revision.owner_id 1",
                "rendered_event.owner_id 1",
            ],
        }


def test_refusals(app: Flask, people: Cast, double: int) -> None:
    def refused(gone: int, stays: int) -> type[DomainError] | None:
        try:
            merge(app, gone, stays)
        except DomainError as refusal:
            return type(refusal)
        return None

    assert refused(double, double) is Invalid
    assert refused(double, 9999) is NotFound
    assert refused(double, people.li.id) is None
    assert refused(double, people.zhao.id) is Merged
    assert refused(people.zhao.id, double) is Merged
    with app.app_context(), unit_of_work() as session:
        wang = session.get_one(User, people.wang).actor()
    with app.app_context(), pytest.raises(NotFound), unit_of_work() as session:
        merging_service.merge(session, gone_id=people.li.id, stays_id=people.zhao.id, actor=wang)


def test_a_closed_branch_books_nothing(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        root = session.get_one(User, people.root).actor()
        service.close(session, organisation_id=people.li.id, reason="已撤销", actor=root, now=NOW)
    with pytest.raises(BranchClosed) as refusal:
        factories.requested(app, people, at(3, 9))
    assert "已撤销" in str(refusal.value.sentence)
    with pytest.raises(BranchClosed):
        ordering.placed(app, people)
    with app.app_context(), unit_of_work() as session:
        service.reopen(
            session,
            organisation_id=people.li.id,
            actor=session.get_one(User, people.root).actor(),
        )
    factories.requested(app, people, at(3, 9))


def test_a_closed_branch_is_told_why_on_the_page(app: Flask, client: Client, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        root = session.get_one(User, people.root).actor()
        service.close(session, organisation_id=people.li.id, reason="已撤销", actor=root, now=NOW)
    client.sign_in(LI)
    start = (NOW + timedelta(days=3)).astimezone(ZONE).date().isoformat() + "T09:00"
    path = f"/instructors/{people.chen.id}/book?topic={people.chen.topic}&start={start}"
    values = {
        "organisation": people.li.id,
        "region": COUNTY,
        "place": "二楼",
        "format": "lecture",
        "audience": "",
    }
    answer = client.post(path, values)
    assert answer.status_code == 409
    assert "已撤销" in answer.text


def test_the_former_name_can_be_taken_over(app: Flask, people: Cast, double: int) -> None:
    merge(app, double, people.li.id)
    with app.app_context(), unit_of_work() as session:
        root = session.get_one(User, people.root).actor()
        service.edit(
            session,
            organisation_id=people.li.id,
            name="岫云县第一党支部",
            region_code=COUNTY,
            actor=root,
        )
    with app.app_context():
        names = dict(
            db.session()
            .execute(
                select(Organisation.id, Organisation.name).where(
                    Organisation.id.in_((double, people.li.id))
                )
            )
            .all()
        )
    assert names == {people.li.id: "岫云县第一党支部", double: "岫云县第一支部"}


def test_another_branch_cannot_take_a_name_that_leads_elsewhere(
    app: Flask, people: Cast, double: int
) -> None:
    merge(app, double, people.li.id)
    with app.app_context(), unit_of_work() as session:
        root = session.get_one(User, people.root).actor()
    with app.app_context(), pytest.raises(Invalid) as refusal, unit_of_work() as session:
        service.add(session, name="岫云县第一党支部", region_code=COUNTY, actor=root)
    assert refusal.value.field == "name"


def test_the_pages_of_a_merger(app: Flask, client: Client, people: Cast, double: int) -> None:
    factories.requested(app, people, at(3, 9), organisation_id=double)
    client.sign_in(WANG).language("en")
    chosen = client.get(f"/organisations/{double}/merge")
    assert "岫云县第一支部" in chosen.text
    preview = client.get(f"/organisations/{double}/merge?into={people.li.id}")
    assert "Lectures booked" in preview.text
    assert client.post(f"/organisations/{double}/merge").status_code == 422
    done = client.post(f"/organisations/{double}/merge", {"into": people.li.id})
    assert (done.status_code, done.location) == (303, f"/organisations/{people.li.id}")
    with app.app_context():
        count = select(func.count(Lecture.id)).where(Lecture.organisation_id == people.li.id)
        assert db.session().scalar(count) == 1


@pytest.mark.parametrize("email", [SUN, ROOT])
def test_only_within_the_own_region(
    app: Flask, client: Client, people: Cast, double: int, email: str
) -> None:
    client.sign_in(email)
    status = 404 if email == SUN else 303
    answer = client.post(f"/organisations/{double}/merge", {"into": people.zhao.id})
    assert answer.status_code == status
