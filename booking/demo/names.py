"""Draws fictitious personal names: as common, as rare and as alike as in life. Pure."""

import random
from collections.abc import Sequence

REQUIRED = (
    "陈明",
    "陈明",
    "阿丽亚·库尔班",
    "陈䶮",
    "苏㛃宁",
    "何𬱖",
    "曾明亮",
    "单小禾",
    "覃岚",
    "欧阳知夏",
    "尉迟望舒",
    "吕青禾",
)
"""Names that every province has: a namesake, a ``·``, rare characters, doubtful readings."""

_COMMON = tuple(
    (
        "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 邓 韩 冯 曹 "
        "彭 曾 萧 田 董 潘 袁 蔡 蒋 余 于 杜 叶 程 魏 苏 吕 丁 任 卢 姚 沈 钟 姜 崔 谭 陆 范 汪 廖"
    ).split()
)
_SELDOM = tuple(
    (
        "石 金 韦 贾 夏 付 方 邹 熊 白 孟 秦 邱 侯 江 尹 薛 闫 雷 龙 黎 史 陶 贺 毛 郝 顾 龚 邵 万 "
        "覃 武 钱 戴 严 莫 孔 向 常 汤 单 解 区 翟 查 仇 缪 朴 盖 乐 华 宓 冼 员"
    ).split()
)
_COMPOUND = tuple(("欧阳 司马 诸葛 上官 尉迟 长孙 夏侯 皇甫 慕容 令狐 端木 澹台").split())
_GIVEN = tuple(
    "明亮青禾知夏望舒晓岚清远书宁雨桐怀瑾若谷思源慕白景行云舟素心文洲子衿念安承泽静好立言"
    "以恒向晚初晴春生秋实冬梅海棠松年竹君兰芝菊英志新建平国芳秀英玉珍桂芬德明永红卫东丽华"
    "晟乐长朝柏琛昱珩瑜琪琳珊颖慧敏洁莹雪峰岩波涛帆航宇辰曦晖彦博涵睿哲嘉欣怡悦"
)
_DOUBLED = 0.02


class NameSource:
    """Draws names of one province from a seed; most are different, a few are borne by two."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def names(self, count: int) -> list[str]:
        """``count`` names in random order, the required ones among them as far as they fit."""
        names = list(REQUIRED[:count])
        known = set(names)
        while len(names) < count:
            if len(names) > len(REQUIRED) and self._rng.random() < _DOUBLED:
                names.append(self._rng.choice(names))
                continue
            name = self._new()
            if name not in known:
                names.append(name)
                known.add(name)
        self._rng.shuffle(names)
        return names

    def _new(self) -> str:
        chance = self._rng.random()
        if chance < 0.02:
            return self._pick(_COMPOUND) + self._given(self._rng.choice([1, 2, 2]))
        surname = self._pick(_COMMON if chance < 0.8 else _SELDOM)
        return surname + self._given(1 if self._rng.random() < 0.15 else 2)

    def _given(self, length: int) -> str:
        return "".join(self._pick(_GIVEN) for _ in range(length))

    def _pick(self, choices: Sequence[str]) -> str:
        return self._rng.choice(choices)
