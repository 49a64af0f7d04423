"""Generates fictitious personal names with realistic frequencies and duplicates. Pure."""

import random

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
"""Names in every province: a duplicate, a ``·``, rare characters, ambiguous pinyin."""

_COMMON = (
    "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 邓 韩 冯 曹 "
    "彭 曾 萧 田 董 潘 袁 蔡 蒋 余 于 杜 叶 程 魏 苏 吕 丁 任 卢 姚 沈 钟 姜 崔 谭 陆 范 汪 廖"
).split()
_SELDOM = (
    "石 金 韦 贾 夏 付 方 邹 熊 白 孟 秦 邱 侯 江 尹 薛 闫 雷 龙 黎 史 陶 贺 毛 郝 顾 龚 邵 万 "
    "覃 武 钱 戴 严 莫 孔 向 常 汤 单 解 区 翟 查 仇 缪 朴 盖 乐 华 宓 冼 员"
).split()
_COMPOUND = "欧阳 司马 诸葛 上官 尉迟 长孙 夏侯 皇甫 慕容 令狐 端木 澹台".split()
_SINGLE = (
    "伟 芳 敏 静 强 磊 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 英 华 玲 波 辉 健 丹 萍 红 鑫 宁 俊 帆 "
    "云 峰 岩 岚 青 禾 晟 乐 柏 琛 昱 珩 瑜 琪 珊 颖 慧 洁 莹 航"
).split()
_DOUBLE = (
    "建国 建华 建军 国强 国栋 志强 志远 志明 文斌 文彬 卫东 卫国 永红 永康 德明 德胜 振华 振宇 "
    "春生 秋生 海涛 海燕 海棠 玉兰 玉珍 玉梅 桂芬 桂英 秀英 秀兰 淑珍 淑华 丽华 丽萍 雪梅 冬梅 "
    "晓东 晓峰 晓燕 晓岚 小红 小军 小禾 明亮 明远 明月 清远 清华 青禾 青松 松年 竹君 若兰 若谷 "
    "知夏 知秋 望舒 慕白 景行 怀瑾 书宁 书雅 雨桐 雨晴 思源 思远 静好 立言 以恒 向晚 初晴 念安 "
    "承泽 子衿 子涵 文洲 素心 行云 梓萱 梓涵 浩然 浩宇 宇航 宇轩 天佑 天成 俊杰 俊峰 嘉怡 嘉欣 "
    "欣怡 欣然 佳宁 佳慧 诗涵 诗雨 一鸣 一诺 晨曦 晨阳 博文 博涵 彦博 睿哲 家豪 家兴 长河 长青 "
    "乐山 乐天 朝阳 朝晖 柏林 柏舟 兴旺 兴华 和平 和顺 正义 正清 仲谋 伯安 绍文 绍辉 世杰 世安 "
    "庆丰 庆生 宝山 宝珍 云飞 云霞 丹青 丹阳 凤英 凤霞 金花 金生 银河 铁军 学文 学军 新民 新月"
).split()
_SAME_AGAIN = 0.02


def draw_names(rng: random.Random, count: int, required: tuple[str, ...] = REQUIRED) -> list[str]:
    """``count`` names in random order, including the required ones as far as they fit.

    About 2 % duplicate another name of the list; the others are distinct.
    """
    names = list(required[:count])
    used = set(names)
    while len(names) < count:
        if names and rng.random() < _SAME_AGAIN:
            # Never a duplicate of a foreign name: it would look like one person entered twice.
            names.append(rng.choice([name for name in names if "·" not in name] or names))
            continue
        name = _new(rng)
        if name not in used:
            names.append(name)
            used.add(name)
    rng.shuffle(names)
    return names


def _new(rng: random.Random) -> str:
    chance = rng.random()
    if chance < 0.02:
        return rng.choice(_COMPOUND) + rng.choice(_DOUBLE + _SINGLE)
    surname = rng.choice(_COMMON if chance < 0.75 else _SELDOM)
    return surname + rng.choice(_SINGLE if rng.random() < 0.15 else _DOUBLE)
