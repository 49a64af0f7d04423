"""The demonstration province is complete, fictitious, skewed as life is, and the same each time."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median, quantiles

import pytest

from booking.availability.engine.day_parts import HalfDay
from booking.demo.engine import data
from booking.demo.engine.catalogue import DemoField, read_catalogue
from booking.demo.engine.demand import Wanted, demand
from booking.demo.engine.people import DemoBranch, DemoPerson, branches, people
from booking.instructors.engine.names import normalise, readings

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
TOP_FIELDS = (
    "公文与沟通 家庭与养老 乡村与农技 政策理论 心理 数字与AI 急救 历史文化 公共卫生 安全应急 "
    "网络安全与反诈 科普 财会审计 法治 职业技能 生态环境"
).split()


@dataclass(frozen=True)
class Province:
    """One drawn province."""

    people: list[DemoPerson]
    branches: list[DemoBranch]
    demand: list[Wanted]


def draw(size: str, seed: int = 2026) -> Province:
    """A province of a size, all from one seed."""
    rng = random.Random(seed)
    wanted = data.SIZES[size]
    found = people(rng, wanted.instructors)
    units = branches(rng, wanted.branches)
    return Province(found, units, list(demand(rng, wanted.lectures, FIRST, LAST, found, units)))


@pytest.fixture(scope="module")
def large() -> Province:
    """The largest province."""
    return draw("L")


def repeated(items: Iterable[str]) -> list[str]:
    """What occurs more than once."""
    return [item for item, times in Counter(items).items() if times > 1]


def test_regions_are_a_tree_of_unused_codes() -> None:
    codes = [region.code for region in data.REGIONS]
    assert repeated(codes) == []
    assert repeated(region.name for region in data.REGIONS) == []
    assert repeated(region.name_en for region in data.REGIONS) == []
    assert [code for code in codes if len(code) != 6 or code[:2] != "99"] == []
    seen: set[str | None] = {None}
    for region in data.REGIONS:
        assert {region.parent} - seen == set()
        seen.add(region.code)
    assert [(r.code, r.name) for r in data.CITIES] == [
        ("990100", "栖云市"),
        ("990200", "澄湖市"),
        ("990300", "望岫市"),
        ("990400", "松浦市"),
        ("990500", "岚溪市"),
        ("990600", "鹭洲市"),
    ]
    assert set(Counter(r.parent for r in data.COUNTIES).values()) == {3, 4}
    expected = {"岫云县", "听澜区", "观屿区", "梧岫县", "竹隐县", "砚池县"}
    assert expected - {r.name for r in data.COUNTIES} == set()


def test_fields_have_two_levels_of_different_names() -> None:
    top = [field for field in data.FIELDS if field.parent is None]
    assert {field.name for field in top} == set(TOP_FIELDS)
    assert repeated(f.name for f in data.FIELDS) == repeated(f.code for f in data.FIELDS) == []
    children = Counter(f.parent for f in data.FIELDS if f.parent)
    assert {field.code: 1 <= children[field.code] <= 3 for field in top} == {
        field.code: True for field in top
    }
    assert set(data.FIELD_WEIGHTS) == set(data.FIELD_WORKPLACES) == {f.code for f in top}


def test_topics_are_enough_and_complete() -> None:
    per_field = Counter(topic.top_field for topic in data.TOPICS)
    assert [code for code in data.FIELD_WEIGHTS if per_field[code] < 6] == []
    assert repeated(topic.title for topic in data.TOPICS) == []
    second_level = {field.code for field in data.FIELDS if field.parent}
    assert {topic.field for topic in data.TOPICS} == second_level
    assert {topic.minutes for topic in data.TOPICS} == {60, 90, 120, 150}
    assert [t.title for t in data.TOPICS if not (t.audiences and t.formats)] == []
    assert [t.title for t in data.TOPICS if t.summary[-1] != "。" or len(t.summary) < 10] == []


def test_catalogue_text() -> None:
    text = "= a 甲 First\n== a.b 乙 Second one\n题目 90 cadres,students lecture\n说明。"
    read = read_catalogue([text])
    assert read.fields == (
        DemoField("a", "甲", "First", None),
        DemoField("a.b", "乙", "Second one", "a"),
    )
    topic = read.topics[0]
    assert (topic.top_field, topic.field, topic.title) == ("a", "a.b", "题目")
    assert (topic.summary, topic.minutes) == ("说明。", 90)
    with pytest.raises(ValueError, match="nobody"):
        read_catalogue([text.replace("cadres", "nobody")])


@pytest.mark.parametrize("size", data.SIZES)
def test_sizes_are_kept_and_repeat_from_the_seed(size: str) -> None:
    province = draw(size)
    counts = (
        len(province.people),
        sum(len(person.topics) for person in province.people),
        len(province.branches),
        len(province.demand),
    )
    assert counts == data.SIZES[size]
    assert draw(size) == province
    assert draw(size, seed=1) != province


def test_the_largest_size() -> None:
    assert data.SIZES["L"] == (2_000, 10_000, 1_200, 20_000)
    assert (data.SIZES["S"].instructors, data.SIZES["M"].instructors) == (24, 240)


@pytest.mark.parametrize("size", data.SIZES)
def test_every_province_has_the_difficult_names(size: str) -> None:
    names = [person.name for person in draw(size).people]
    assert Counter(names)["陈明"] >= 2
    assert {len(name) for name in names if "·" not in name} == {2, 3, 4}
    assert sum("·" in name for name in names) == 1
    assert {char for char in "䶮㛃𬱖" if not any(char in name for name in names)} == set()
    assert [name for name in names if normalise(name) != name] == []
    assert [name for name in names if not readings(name)[0].isascii()] == []


def test_names_are_mostly_different(large: Province) -> None:
    shared = len(large.people) - len({person.name for person in large.people})
    assert 0.01 < shared / len(large.people) < 0.04
    assert repeated(branch.name for branch in large.branches) == []


@pytest.mark.parametrize("seed", range(6))
def test_namesakes_work_at_different_places(seed: int) -> None:
    found = people(random.Random(seed), 2_000)
    assert repeated(f"{person.name}, {person.workplace}" for person in found) == []


def test_nobody_can_be_reached(large: Province) -> None:
    everybody: list[DemoPerson | DemoBranch] = [*large.people, *large.branches]
    assert repeated(one.phone for one in everybody) == []
    assert repeated(one.email for one in everybody) == []
    assert {one.phone[:4] for one in everybody} == {"1200"}
    assert {len(one.phone) for one in everybody} == {11}
    assert {one.email.partition("@")[2] for one in everybody} == {"example.org"}
    assert (large.people[0].phone, large.people[0].email) == (
        "12000000001",
        "instructor0001@example.org",
    )


def test_instructors_are_spread_as_in_life(large: Province) -> None:
    cities = Counter(data.city_of(person.region) for person in large.people)
    assert cities["990100"] == 680
    assert sum(cities[code] for code in data.REMOTE_CITIES) == 100
    loads = [person.load for person in large.people]
    low, _middle, high = quantiles(loads, n=4)
    assert (round(low), round(high)) == (3, 9)
    assert max(loads) == 48
    assert 20 <= loads.count(48) <= 30


def test_instructors_refer_to_what_exists(large: Province) -> None:
    counties = {region.code for region in data.COUNTIES}
    assert {person.region for person in large.people} == counties
    assert {len(person.topics) for person in large.people} == {1, 2, 3, 4, 5, 6}
    for person in large.people:
        assert len(set(person.topics)) == len(person.topics)
        assert set(person.fields) == {data.TOPICS[topic].field for topic in person.topics}
        assert person.workplace[-4:] == "（虚构）"
        assert {data.PROVINCE, data.city_of(person.region)} & set(person.serves) != set()


def test_hours_do_not_overlap(large: Province) -> None:
    for hours in {person.hours for person in large.people}:
        assert [one for one in hours if not (0 <= one[0] <= 6 and one[1] < one[2] <= 1440)] == []
        ordered = sorted(hours)
        pairs = pairwise(ordered)
        assert [one for one, next_ in pairs if one[0] == next_[0] and one[2] > next_[1]] == []


def test_demand_is_spread_as_in_life(large: Province) -> None:
    total = len(large.demand)
    cities = Counter(data.city_of(large.branches[want.branch].region) for want in large.demand)
    assert cities["990100"] / total == pytest.approx(0.16, abs=0.01)
    remote = sum(cities[code] for code in data.REMOTE_CITIES)
    assert remote / total == pytest.approx(0.18, abs=0.01)
    weekdays = sum(want.day.weekday() < 5 for want in large.demand)
    assert weekdays / total == pytest.approx(0.85, abs=0.01)
    assert median(want.attendees for want in large.demand) == pytest.approx(60, abs=2)
    months = Counter(want.day.month for want in large.demand)
    assert {month for month, _times in months.most_common(5)} == {3, 4, 6, 9, 11}


def test_demand_can_mostly_be_met(large: Province) -> None:
    seen: set[tuple[int, date, HalfDay]] = set()
    times: Counter[int] = Counter()
    met = 0
    for want in large.demand:
        person, branch = large.people[want.person], large.branches[want.branch]
        assert {want.topic} <= set(person.topics)
        assert {want.place} <= set(branch.places)
        assert FIRST <= want.day <= LAST
        serves = {data.PROVINCE, data.city_of(branch.region)} & set(person.serves)
        keeps = want.day.weekday() in {weekday for weekday, _start, _end in person.hours}
        once = (want.person, want.day, want.half_day) not in seen
        met += bool(serves) and keeps and once
        seen.add((want.person, want.day, want.half_day))
        times[want.person] += 1
    assert met / len(large.demand) > 0.99
    assert max(times.values()) == 48


def test_demand_of_one_day_and_one_branch() -> None:
    rng = random.Random(1)
    found, units = people(rng, 1), branches(rng, 1)
    day = date(2026, 2, 14)
    wants = list(demand(rng, 5, day, day, found, units))
    assert {(want.person, want.branch, want.day) for want in wants} == {(0, 0, day)}
    with pytest.raises(ValueError, match="a day"):
        demand(rng, 1, LAST, FIRST, found, units)
