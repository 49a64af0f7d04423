"""Regions: names, additions, lists, and mergers of an administrative reform."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy import select, update

from booking.accounts.models import Membership, Organisation, Region
from booking.accounts.queries import all_regions
from booking.accounts.service import known_region
from booking.audit import Action, AuditEntry
from booking.db import db, unit_of_work
from booking.errors import Invalid
from booking.instructors import service as instructors
from booking.instructors.models import Instructor, ServedRegion
from booking.lectures.engine.unbookable import NotBookable
from booking.lectures.models import Hold, Lecture
from booking.lectures.reviews.service import review_region
from booking.notifications.transmission.delivery import deliver
from booking.orders.models import Order
from booking.organisations.regions import mergers
from tests import factories
from tests.browser import Client
from tests.factories import CITY, COUNTY, DISTRICT, NOW, OTHER_CITY, ROOT, WANG, Cast, at
from tests.orders import ordering


def merge(app: Flask, gone: str, stays: str) -> None:
    with app.app_context(), unit_of_work() as session:
        mergers.merge(session, gone_code=gone, stays_code=stays, now=NOW)


def one_lecture(app: Flask, number: str) -> Lecture:
    with app.app_context():
        return db.session().scalars(select(Lecture).where(Lecture.number == number)).one()


@pytest.fixture
def root(client: Client, people: Cast) -> Client:
    return client.sign_in(ROOT).language("en")


def test_what_names_the_region_moves_and_promises_stay(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people, at(3, 9))  # In the county, by Li of the county.
    order = ordering.placed(app, people)
    with app.app_context(), unit_of_work() as session:
        entry = factories.editable(session, people.zhou.id)
        instructors.add_served_regions(session, entry=entry, codes=[COUNTY, DISTRICT])
        session.execute(
            update(Membership).where(Membership.user_id == people.wang).values(region_code=COUNTY)
        )
    before = one_lecture(app, number)

    merge(app, COUNTY, DISTRICT)

    after = one_lecture(app, number)
    assert (after.region_code, after.sequence, after.changed_at, after.place) == (
        COUNTY,
        before.sequence,
        before.changed_at,
        before.place,
    )
    with app.app_context():
        session = db.session()
        assert set(session.scalars(select(Hold.region_code))) == {DISTRICT}
        placed = session.scalars(select(Order).where(Order.number == order)).one()
        assert placed.region_code == DISTRICT
        assert session.get_one(Organisation, people.li.id).region_code == DISTRICT
        scope = select(Membership.region_code).where(Membership.user_id == people.wang)
        assert session.scalar(scope) == DISTRICT
        served = select(ServedRegion.region_code).where(
            ServedRegion.instructor_id == people.zhou.id
        )
        assert sorted(session.scalars(served)) == [DISTRICT, "990202"]
        assert [one.code for one in all_regions(session)] == [
            "990000",
            CITY,
            DISTRICT,
            OTHER_CITY,
            "990202",
        ]
        assert known_region(session, COUNTY).code == DISTRICT
        assert instructors.regions_by_name(session)["岫云县"] == DISTRICT


def test_travel_follows_the_merger(app: Flask, people: Cast) -> None:
    """Half an hour within one county is enough; between two counties of a city it was not."""
    factories.confirmed(app, people, at(3, 9))  # Until 11:00, in the county.
    place = {"region_code": DISTRICT, "place": "听澜区党校"}
    with pytest.raises(NotBookable):
        factories.requested(app, people, at(3, 11, 30), **place)
    merge(app, COUNTY, DISTRICT)
    factories.requested(app, people, at(3, 11, 30), **place)


def test_a_form_from_before_books_in_the_region_that_stays(app: Flask, people: Cast) -> None:
    merge(app, COUNTY, DISTRICT)
    number = factories.requested(app, people, at(3, 9), region_code=COUNTY)
    assert one_lecture(app, number).region_code == DISTRICT


def test_the_search_finds_instructors_by_either_code(
    app: Flask, client: Client, people: Cast
) -> None:
    with app.app_context(), unit_of_work() as session:
        entry = factories.editable(session, people.zhou.id)
        instructors.add_served_regions(session, entry=entry, codes=[COUNTY])
    merge(app, COUNTY, DISTRICT)
    with app.app_context():
        deliver(NOW)  # The worker writes anew what searches look at.
        codes = select(Instructor.search_codes).where(Instructor.id == people.zhou.id)
        assert COUNTY not in str(db.session().scalar(codes))
    for code in (COUNTY, DISTRICT):
        assert "周岚" in client.get(f"/instructors?region={code}").text
    assert client.get(f"/instructors/{people.zhou.id}?region={COUNTY}").status_code == 200


def test_review_goes_on_for_the_branches_of_the_region(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        review_region(session, COUNTY, reviews=True)
        other = factories.make_branch(session, "听澜区第一支部", region=DISTRICT).id
    merge(app, COUNTY, DISTRICT)
    with app.app_context():
        session = db.session()
        assert session.get_one(Organisation, people.li.id).reviews
        assert not session.get_one(Organisation, other).reviews
        assert not session.get_one(Region, DISTRICT).reviews


@pytest.mark.parametrize(
    ("gone", "stays", "told"),
    [
        (COUNTY, COUNTY, "into itself"),
        (COUNTY, OTHER_CITY, "of one level"),
        (CITY, OTHER_CITY, "lie below"),
    ],
)
def test_refused_mergers(app: Flask, people: Cast, gone: str, stays: str, told: str) -> None:
    with pytest.raises(Invalid) as refusal:
        merge(app, gone, stays)
    with app.app_context():
        assert told in refusal.value.sentence.text


def test_branches_of_one_name_must_be_merged_first(app: Flask, root: Client, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.make_branch(session, "岫云县第一支部", region=DISTRICT)
    page = root.post(f"/regions/{COUNTY}/merge", {"into": DISTRICT})
    assert page.status_code == 422
    assert f"/organisations/{people.li.id}" in page.text


def test_an_alias_of_a_branch_is_no_obstacle(app: Flask, people: Cast) -> None:
    from tests.organisations.merging import merge as merge_organisations

    with app.app_context(), unit_of_work() as session:
        double = factories.make_branch(session, "岫云县第二支部", region=COUNTY).id
        factories.make_branch(session, "岫云县第二支部", region=DISTRICT)
    merge_organisations(app, double, people.li.id)
    merge(app, COUNTY, DISTRICT)
    with app.app_context():
        name = db.session().get_one(Organisation, double).name
        assert name == f"岫云县第二支部 #{double}"


def test_the_pages(app: Flask, root: Client, people: Cast) -> None:
    assert "Xiuyun County" in root.get("/regions").text
    answer = root.post(f"/regions/{COUNTY}", {"name": "岫云市", "name_en": "Xiuyun City"})
    assert answer.status_code == 303
    new = {"code": "990203", "name": "新区", "name_en": ""}
    assert root.post("/regions/new", new).status_code == 303
    for wrong in (
        new,
        {"code": "99", "name": "甲", "name_en": ""},
        {"code": "980101", "name": "甲", "name_en": ""},
        {"code": "990204", "name": "", "name_en": ""},
        {"code": "990204", "name": "甲" * 61, "name_en": ""},
    ):
        assert root.post("/regions/new", wrong).status_code == 422, wrong
    preview = root.get(f"/regions/{COUNTY}/merge?into={DISTRICT}").text
    assert "What moves to" in preview
    done = root.post(f"/regions/{COUNTY}/merge", {"into": DISTRICT})
    assert (done.status_code, done.location) == (303, f"/regions/{DISTRICT}")
    assert root.get(f"/regions/{COUNTY}").location == f"/regions/{DISTRICT}"
    assert "岫云市" in root.get("/regions").text  # As a former name.
    with app.app_context():
        query = select(AuditEntry).where(AuditEntry.action.like("region_%"))
        rows = db.session().scalars(query.order_by(AuditEntry.id)).all()
        assert [(one.action, one.region_code) for one in rows] == [
            (Action.REGION_CHANGED, COUNTY),
            (Action.REGION_CHANGED, "990203"),
            (Action.REGION_MERGED, COUNTY),
        ]
        assert rows[0].detail == {"change": "renamed", "name": ["岫云县", "岫云市"]}


def test_coordinators_read_their_own(app: Flask, client: Client, people: Cast) -> None:
    client.sign_in(WANG)
    page = client.get("/regions").text
    assert "岫云县" in page
    assert "观屿区" not in page
    for path in ("/regions/new", f"/regions/{COUNTY}", "/regions/import"):
        assert client.get(path).status_code == 403
    assert client.post(f"/regions/{COUNTY}/merge", {"into": DISTRICT}).status_code == 403


def upload(client: Client, text: str) -> str:
    file = (io.BytesIO(text.encode("gb18030")), "地区.csv")
    answer = client.post("/regions/import", {"file": file})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_list_is_shown_then_imported(app: Flask, root: Client, people: Cast) -> None:
    lines = (
        "代码,名称,英文名称",
        "990301,桥县,",
        "990300,松浦市,Songpu",
        "990121,岫云市,",
        "990102,听澜区,Tinglan District",
    )
    page = upload(root, "\n".join(lines))
    assert "2 new, 1 change, 1 unchanged." in root.get(page).text
    assert root.post(page).status_code == 303
    with app.app_context():
        region = db.session().get_one(Region, "990301")
        assert (region.name, region.parent_code) == ("桥县", "990300")
        assert db.session().get_one(Region, COUNTY).name == "岫云市"
    assert root.post(page).status_code == 404


def test_a_list_with_problems_changes_nothing(app: Flask, root: Client, people: Cast) -> None:
    page = upload(root, "code,name\n990300,松浦市\n980101,无上级\n99,短\n990300,松浦市\n990301,\n")
    text = root.get(page).text
    for sentence in (
        "no region above 980101 is known",
        "is no code of GB/T 2260",
        "990300 stands in row 2 already",
        "it is empty.",
    ):
        assert text.count(sentence) == 1, sentence
    assert root.post(page).status_code == 422
    with app.app_context():
        assert db.session().get(Region, "990300") is None


def test_a_merged_region_is_not_given_names_by_a_list(app: Flask, root: Client) -> None:
    merge(app, COUNTY, DISTRICT)
    text = root.get(upload(root, f"code,name\n{COUNTY},岫云县\n")).text
    assert f"the region was merged into {DISTRICT}." in text
