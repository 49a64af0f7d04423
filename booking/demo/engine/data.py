"""Constants of the demonstration province. Pure data; every name is fictitious."""

from typing import NamedTuple

from booking.demo.engine import topics_country, topics_safety, topics_society, topics_work
from booking.demo.engine.catalogue import DemoField, DemoTopic, read_catalogue
from booking.demo.engine.regions import (
    CAPITAL,
    CITIES,
    COUNTIES,
    PROVINCE,
    REGIONS,
    REMOTE_CITIES,
    DemoRegion,
    city_of,
)

__all__ = [
    "BRANCH_KINDS",
    "CAPITAL",
    "CITIES",
    "COMMUNITIES",
    "COUNTIES",
    "FIELDS",
    "FIELD_WEIGHTS",
    "FIELD_WORKPLACES",
    "PROVINCE",
    "REGIONS",
    "REMOTE_CITIES",
    "SIZES",
    "TOPICS",
    "TOPICS_PER_INSTRUCTOR",
    "WORKPLACES",
    "BranchKind",
    "DemoField",
    "DemoRegion",
    "DemoTopic",
    "Size",
    "Workplace",
    "city_of",
]


class Size(NamedTuple):
    """Row counts of a province; topics are counted per instructor, not by title."""

    instructors: int
    topics: int
    branches: int
    lectures: int


TOPICS_PER_INSTRUCTOR = 5
"""Average number of topics per instructor: 10,000 for 2,000 in the largest province."""

SIZES = {
    "S": Size(instructors=24, topics=120, branches=24, lectures=240),
    "M": Size(instructors=240, topics=1_200, branches=150, lectures=2_400),
    "L": Size(instructors=2_000, topics=10_000, branches=1_200, lectures=20_000),
}

_CATALOGUE = read_catalogue(
    module.TEXT for module in (topics_society, topics_country, topics_safety, topics_work)
)
FIELDS = _CATALOGUE.fields
TOPICS = _CATALOGUE.topics


class Workplace(NamedTuple):
    """A kind of workplace: its name with ``{city}``, and the titles (职称) used there."""

    pattern: str
    titles: tuple[str, ...]


_TEACHING = ("教授", "副教授", "讲师", "高级讲师")
_MEDICAL = ("主任医师", "副主任医师", "主治医师", "主管护师", "副主任护师")
_SENIORITY = ("正高级", "副高级", "中级")
_OFFICE = ("二级调研员", "四级调研员", "一级主任科员", "科长")

WORKPLACES = {
    "hospital": Workplace("{city}中心医院（虚构）", _MEDICAL),
    "emergency": Workplace("{city}急救中心（虚构）", _MEDICAL),
    "cdc": Workplace("{city}疾病预防控制中心（虚构）", ("主任医师", "副主任医师", "主管医师")),
    "party_school": Workplace("{city}委党校（虚构）", _TEACHING),
    "college": Workplace("{city}职业技术学院（虚构）", _TEACHING),
    "university": Workplace("汀兰大学{city}校区（虚构）", _TEACHING),
    "farming": Workplace("{city}农业技术推广站（虚构）", ("推广研究员", "高级农艺师", "农艺师")),
    "court": Workplace("{city}法律援助中心（虚构）", ("一级律师", "二级律师", "三级律师")),
    "safety": Workplace("{city}应急救援支队（虚构）", ("高级工程师", "工程师", "中队长")),
    "cyber": Workplace("{city}网络安全协会（虚构）", ("高级工程师", "工程师")),
    "accounting": Workplace("{city}会计师协会（虚构）", ("正高级会计师", "高级会计师", "会计师")),
    "museum": Workplace("{city}博物馆（虚构）", ("研究馆员", "副研究馆员", "馆员")),
    "science": Workplace("{city}科技馆（虚构）", _SENIORITY),
    "environment": Workplace("{city}生态环境监测站（虚构）", ("高级工程师", "工程师")),
    "elders": Workplace("{city}老年大学（虚构）", _SENIORITY),
    "counselling": Workplace("{city}心理服务中心（虚构）", ("心理治疗师", "主治医师", "中级")),
    "office": Workplace("{city}档案馆（虚构）", _OFFICE),
    "technicians": Workplace("{city}技师学院（虚构）", ("高级技师", "技师", "高级实习指导教师")),
}

FIELD_WORKPLACES: dict[str, tuple[str, ...]] = {
    "writing": ("party_school", "office", "university"),
    "family": ("elders", "college", "counselling"),
    "theory": ("party_school", "university"),
    "mind": ("counselling", "hospital", "university"),
    "country": ("farming", "college"),
    "culture": ("museum", "office", "university"),
    "science": ("science", "university"),
    "environment": ("environment", "university"),
    "first-aid": ("emergency", "hospital"),
    "health": ("cdc", "hospital"),
    "safety": ("safety", "technicians"),
    "cyber": ("cyber", "college"),
    "digital": ("college", "university", "cyber"),
    "finance": ("accounting", "college"),
    "law": ("court", "party_school"),
    "trades": ("technicians", "college"),
}
"""Kinds of workplaces by field of the first level."""

FIELD_WEIGHTS: dict[str, int] = {
    "writing": 6,
    "family": 6,
    "theory": 14,
    "mind": 7,
    "country": 8,
    "culture": 7,
    "science": 5,
    "environment": 4,
    "first-aid": 6,
    "health": 8,
    "safety": 6,
    "cyber": 5,
    "digital": 5,
    "finance": 4,
    "law": 9,
    "trades": 4,
}
"""Relative frequency of each field of the first level among the instructors."""


class BranchKind(NamedTuple):
    """A kind of branch: name pattern, relative frequency, and places of its lectures."""

    pattern: str
    weight: int
    places: tuple[str, ...]


BRANCH_KINDS = (
    BranchKind(
        "{county}{community}社区党支部",
        48,
        ("{community}社区活动室", "{community}社区党群服务中心二楼", "{community}社区议事厅"),
    ),
    BranchKind(
        "{county}{community}村党支部",
        24,
        ("{community}村文化礼堂", "{community}村党群服务站", "{community}村村委会会议室"),
    ),
    BranchKind(
        "{county}{community}镇机关党支部",
        12,
        ("{community}镇文化站报告厅", "{community}镇政府三楼会议室"),
    ),
    BranchKind(
        "{county}{community}中学党支部", 8, ("{community}中学阶梯教室", "{community}中学礼堂")
    ),
    BranchKind(
        "{county}{community}产业园联合党支部",
        8,
        ("{community}产业园培训室", "{community}产业园职工之家"),
    ),
)

COMMUNITIES = tuple(
    (
        "清荷 晚枫 听雨 拂柳 望梅 半亩 栖鹭坞 云栖坞 枕流 衔月 临漪 "
        "揽翠 沐晴 桐阴 竹里 松间 兰皋 蕙风 采薇 芷汀 荻花 芦湾 鹭影 "
        "鸥波 雁渡 鹤汀 燕泥 莺啼 石桥头 柳塘 菱塘 藕塘 茶坞 梨坞 杏坞 "
        "橘洲头 稻香里 麦浪 桑榆 耕读 书台 墨池湾 琴台里 棋坪 画溪 "
        "笔架山 砚田 纸坊 春和 夏木 秋实 冬青 晨曦里 暮云 星渚 霁虹 "
        "月湖 雪堰 霜林 露台 风荷 雨巷 溪口 渡头"
    ).split()
)
"""Invented names of communities, villages and towns."""
