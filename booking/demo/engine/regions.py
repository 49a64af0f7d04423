"""The regions of 汀兰省 with codes in the format of GB/T 2260. None is real. Pure data."""

from typing import NamedTuple


class DemoRegion(NamedTuple):
    """A region; ``parent`` is a code, None for the province."""

    code: str
    name: str
    name_en: str
    parent: str | None


PROVINCE = "990000"
CAPITAL = "990100"
REMOTE_CITIES = ("990400", "990500", "990600")

_PLACES = """
990000 汀兰省 Tinglan Province
990100 栖云市 Qiyun City
990102 听澜区 Tinglan District
990103 枕溪区 Zhenxi District
990104 疏桐区 Shutong District
990121 岫云县 Xiuyun County
990200 澄湖市 Chenghu City
990202 观屿区 Guanyu District
990203 鉴波区 Jianbo District
990221 菱歌县 Lingge County
990222 莲漪县 Lianyi County
990300 望岫市 Wangxiu City
990302 抱琴区 Baoqin District
990321 梧岫县 Wuxiu County
990322 听松县 Tingsong County
990323 云扉县 Yunfei County
990400 松浦市 Songpu City
990402 听潮区 Tingchao District
990421 竹隐县 Zhuyin County
990422 潮信县 Chaoxin County
990500 岚溪市 Lanxi City
990502 漱玉区 Shuyu District
990521 砚池县 Yanchi County
990522 半舫县 Banfang County
990600 鹭洲市 Luzhou City
990602 望帆区 Wangfan District
990621 蒹葭县 Jianjia County
990622 芦汀县 Luting County
"""


def _parent(code: str) -> str | None:
    if code == PROVINCE:
        return None
    return PROVINCE if code.endswith("00") else f"{code[:4]}00"


def _region(line: str) -> DemoRegion:
    code, name, name_en = line.split(" ", 2)
    return DemoRegion(code, name, name_en, _parent(code))


REGIONS = tuple(_region(line) for line in _PLACES.strip().splitlines())
"""The province, then each city followed by its counties."""

CITIES = tuple(region for region in REGIONS if region.parent == PROVINCE)
COUNTIES = tuple(region for region in REGIONS if region.parent not in (None, PROVINCE))


def city_of(code: str) -> str:
    """The code of the city that a city or county belongs to."""
    return f"{code[:4]}00"
