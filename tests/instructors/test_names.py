"""Names and words are found, sorted and escaped as a Chinese reader expects."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from booking.instructors.engine.names import (
    MAX_READINGS,
    MAX_SORT_KEY,
    escape_like,
    normalise,
    phrase_tokens,
    pinyin_tokens,
    readings,
    romanised,
    sort_key,
    words,
)
from booking.instructors.engine.surnames import COMPOUND_SURNAMES, GIVEN_CHARACTERS, SURNAMES

NAME_TEXT = st.text(
    st.sampled_from("曾单吕乐长张伟䶮㛃𬱖欧阳尉迟万俟·・ .-aBñ1〇々⺀\u200b"), max_size=8
)
WILD_TEXT = st.one_of(
    st.text(),
    st.text(st.sampled_from("aÅ\u0345\u0323\u0307\u0300ßſﬁ㎏Σς \t\u3000\u200b\u2028\x85%_\\急")),
)


def found(text: str, pattern: str) -> bool:
    """Whether a real SQLite finds the text by this LIKE pattern."""
    with sqlite3.connect(":memory:") as connection:
        row = connection.execute(r"SELECT ? LIKE ? ESCAPE '\'", (text, pattern)).fetchone()
    return bool(row[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  急\u200b救 \u3000 入门\r\n", "急救 入门"),
        ("ＡＩ、ﬁ", "ai、fi"),
        ("\ufeffStraße\x00\x1b", "strasse"),
        ("急\u2028救\x85课", "急 救 课"),
        ("\ud800急", "急"),
        ("\u200b", ""),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(WILD_TEXT)
def test_normalise_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert once == " ".join(once.split())


def test_words_are_split_normalised_and_different() -> None:
    assert words("急救，AI、法治;  急救 ,\u3000心理；") == ["急救", "ai", "法治", "心理"]
    assert words(" ，, ") == []


def test_words_are_limited() -> None:
    assert words(" ".join("abcdefghijk")) == list("abcdefgh")
    assert words("急" * 51) == ["急" * 50]


@given(st.text(min_size=1).filter(lambda text: "\x00" not in text and text.isprintable()))
def test_an_escaped_word_finds_itself(word: str) -> None:
    assert found(f"前{word}后", f"%{escape_like(word)}%")


@given(st.text("%_\\ab", max_size=6), st.text("%_\\ab", max_size=6))
def test_an_escaped_word_finds_what_contains_it_and_nothing_else(text: str, word: str) -> None:
    assert found(text, f"%{escape_like(word)}%") == (word in text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("曾明亮", ["zengmingliang", "cengmingliang"]),
        ("单小禾", ["shanxiaohe", "danxiaohe", "chanxiaohe"]),
        ("覃岚", ["qinlan", "tanlan"]),
        ("朴青", ["piaoqing", "puqing"]),
        ("盖青", ["geqing", "gaiqing"]),
        ("宓青", ["miqing", "fuqing"]),
        ("任华", ["renhua"]),
        ("华任", ["huaren"]),
        ("万青", ["wanqing"]),
        ("吕青", ["lvqing", "luqing"]),
        ("欧阳知夏", ["ouyangzhixia"]),
        ("尉迟望", ["yuchiwang", "weichiwang"]),
        ("尉望", ["weiwang", "yuwang"]),
        ("长孙岚", ["zhangsunlan", "changsunlan"]),
        ("欧阳", ["ouyang"]),
        ("单于", ["shanyu", "danyu", "chanyu"]),
        ("李晟", ["lisheng", "licheng"]),
        ("张\u3000伟", ["zhangwei"]),
        ("陈䶮", ["chenyan"]),
        ("苏㛃宁", ["sujiening"]),
        # U+2CC56 is the simplified form of 頔 (dí); wěi is U+2CC5F, of 頠.
        ("何𬱖", ["hedi"]),
        ("何𬱟", ["hewei"]),
        ("阿丽亚·库尔班", ["aliyakuerban"]),
        ("Ivy Smith", ["ivysmith"]),
        ("", []),
    ],
)
def test_readings(name: str, expected: list[str]) -> None:
    assert readings(name) == expected


@pytest.mark.parametrize(
    ("name", "reading", "expected"),
    [
        ("陈明", None, "Chen Ming"),
        ("曾明亮", None, "Zeng Mingliang"),
        ("曾明亮", "céng míng liàng", "Ceng Mingliang"),
        ("欧阳知夏", None, "Ouyang Zhixia"),
        ("吕青", None, "Lü Qing"),
        ("阿丽亚·库尔班", None, "Aliyakuerban"),
        ("Ivy Smith", None, ""),
        ("", None, ""),
    ],
)
def test_romanised(name: str, reading: str | None, expected: str) -> None:
    assert romanised(name, reading) == expected


def test_accepted_reading_of_every_listed_surname_comes_first() -> None:
    first = {surname: readings(surname + "明")[0] for surname in SURNAMES}
    assert first == {surname: known[0] + "ming" for surname, known in SURNAMES.items()}


def test_the_table_mends_what_the_dictionary_misreads() -> None:
    misread = "曾单仇查覃翟解区朴盖乐员缪洗阚"
    assert [char for char in misread if lazy_pinyin(char)[0] == SURNAMES[char][0]] == []


def test_tables_hold_syllables() -> None:
    single = [s for table in (SURNAMES, GIVEN_CHARACTERS) for r in table.values() for s in r]
    double = [s for known in COMPOUND_SURNAMES.values() for r in known for s in r.split(" ")]
    assert [s for s in single + double if not (s.isascii() and s.isalpha() and s.islower())] == []
    assert {len(r.split(" ")) for known in COMPOUND_SURNAMES.values() for r in known} == {2}


def test_an_override_comes_first_and_the_others_stay() -> None:
    assert readings("曾明亮", "Céng Míng-liàng") == ["cengmingliang", "zengmingliang"]
    assert readings("吕行", "Lǚ Háng") == ["lvhang", "luhang", "lvxing", "luxing"]
    assert readings("吕行", "  ") == readings("吕行")
    assert pinyin_tokens("李乐", "li luo") == " liluo ll lile liyue ly "


def test_pinyin_tokens() -> None:
    assert pinyin_tokens("曾亮") == " zengliang zl cengliang cl "
    assert pinyin_tokens("吕伟") == " lvwei lw luwei "
    assert pinyin_tokens("阿丽亚·库尔班") == " aliyakuerban alykeb kuerban keb "
    assert pinyin_tokens("Ivy Smith") == " ivysmith is smith s "
    assert pinyin_tokens(" \u200b") == ""


@pytest.mark.parametrize(
    ("typed", "expected"), [("zen", True), ("zl", True), ("cengl", True), ("liang", False)]
)
def test_a_person_is_found_by_the_beginning_of_a_reading(typed: str, expected: bool) -> None:
    assert found(pinyin_tokens("曾亮"), f"% {escape_like(typed)}%") == expected


def test_a_character_without_reading_stays_itself() -> None:
    unread = "\U0003fff0\U0003fff1"
    assert readings(f"王{unread}") == [f"wang{unread}"]
    assert pinyin_tokens(f"王{unread}明") == f" wang{unread}ming w{unread}m "


def test_a_name_of_doubtful_characters_has_few_readings() -> None:
    assert len(readings("曾" * 60)) == MAX_READINGS


def test_phrase_tokens() -> None:
    assert phrase_tokens(["急救入门", "数字与AI"]) == " jijiurumen jjrm shuziyuai szyai "
    assert phrase_tokens(["“绿色”法律"]) == " lvsefalv lsfl lusefalu "
    assert phrase_tokens(["12345热线", "重阳"]) == " 12345rexian 12345rx chongyang cy "
    assert phrase_tokens([]) == phrase_tokens(["……"]) == ""


def test_names_sort_by_surname_then_by_syllable() -> None:
    expected = (
        "阿丽亚·库尔班 艾青 李安 连城 卢沟 陆游 吕布 欧雅 欧一 欧阳修 单雄 曾爱 曾乐 张春 章北"
    )
    shuffled = expected.split()[::-1]
    assert sorted(shuffled, key=sort_key) == expected.split()


def test_sort_key_shows_its_parts() -> None:
    assert sort_key("曾 明亮") == "zeng 曾 ming liang 曾明亮"
    assert sort_key("曾明亮", "céng míng liàng") == "ceng 曾 ming liang 曾明亮"
    assert sort_key("欧阳修") == "ouyang 欧阳 xiu 欧阳修"
    assert sort_key("") == ""
    assert len(sort_key("曾" * 60)) <= MAX_SORT_KEY < len("zeng " * 60)


@given(NAME_TEXT, st.none() | NAME_TEXT)
def test_any_text_can_be_a_name(name: str, override: str | None) -> None:
    tokens = pinyin_tokens(name, override)
    assert tokens == (f" {' '.join(tokens.split())} " if tokens else "")
    assert len(set(tokens.split())) == len(tokens.split())
    assert len(readings(name, override)) <= MAX_READINGS
    assert {reading for reading in readings(name, override) if " " in reading} == set()
    assert sort_key(name, override) == sort_key(normalise(name), override)


@given(st.text(), st.lists(st.text()))
def test_no_text_breaks_tokens(name: str, phrases: list[str]) -> None:
    tokens = pinyin_tokens(name)
    assert tokens.strip() == " ".join(tokens.split())
    assert sort_key(name) == sort_key(name).strip()
    assert phrase_tokens(phrases) == phrase_tokens([*phrases, *phrases])
