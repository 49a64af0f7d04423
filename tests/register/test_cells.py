"""One cell at a time: names, lists, months, and the roles of headers."""

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.register.engine.cells import (
    BadCell,
    birth_month,
    clean,
    gender,
    normalise_key,
    normalise_name,
    split_list,
)
from booking.register.engine.columns import role_of
from booking.register.engine.roster import ColumnRole, ProblemCode
from booking.workbooks.engine.letters import index_of, letter

MESSY = st.text(
    st.one_of(
        st.sampled_from(
            list("张三䶮㛃𬱖·・•. \u3000\u200b\ufeff\u00adＡa1（）()《》；;、\n，一1.①é")
        ),
        st.characters(),
    ),
    max_size=20,
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("姓　名", "姓名"),
        ("查 超\u200b  磊", "查超磊"),
        ("\ufeff 䶮 㛃 𬱖\n", "䶮㛃𬱖"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("阿依古丽 • 买买提", "阿依古丽·买买提"),
        ("阿依古丽.买买提", "阿依古丽·买买提"),
        ("Ｊohn   Q.  Smith", "John Q. Smith"),
        ("Li 李", "Li 李"),
        ("\u3000", ""),
    ],
)
def test_names(text: str, name: str) -> None:
    assert normalise_name(text) == name


@given(MESSY)
def test_a_normalised_name_stays_as_it_is(text: str) -> None:
    name = normalise_name(text)
    assert normalise_name(name) == name
    assert [c for c in name if unicodedata.category(c) in ("Cf", "Cc", "Cs")] == []


@given(MESSY)
def test_a_clean_text_stays_as_it_is(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_workplaces_are_compared_without_spaces_width_and_case() -> None:
    assert normalise_key("ＡＢ 中心\n（本部）") == normalise_key("ab中心(本部)")


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("急救；法治;心理、科普\n财会", ("急救", "法治", "心理", "科普", "财会")),
        (
            "急救（心肺复苏、止血）入门；《民法典、解读》",
            ("急救（心肺复苏、止血）入门", "《民法典、解读》"),
        ),
        ("不成对（的、括号", ("不成对（的", "括号")),
        ("1.急救；2.法治", ("急救", "法治")),
        ("1、急救\n2、法治", ("急救", "法治")),
        ("（一）急救；①法治；一、心理", ("急救", "法治", "心理")),
        ("3.15权益；12.4宪法日；三八节", ("3.15权益", "12.4宪法日", "三八节")),
        ("急救；；急救；无；", ("急救",)),
        ("学党史，悟思想", ("学党史，悟思想",)),
    ],
)
def test_lists(text: str, items: tuple[str, ...]) -> None:
    assert split_list(text) == items


@given(MESSY)
def test_an_item_of_a_list_is_not_split_again(text: str) -> None:
    items = split_list(clean(text))
    assert [split_list(item) for item in items] == [(item,) for item in items]


@pytest.mark.parametrize(
    "value",
    [
        "1970.05",
        "1970.5",
        1970.05,
        197005,
        197005.0,
        "197005",
        19700512,
        "1970年5月",
        "1970 年 05 月 12 日",
        "1970-05",
        "1970/5/12",
        "１９７０．０５",
        dt.datetime(1970, 5, 1),
        dt.date(1970, 5, 12),
    ],
)
def test_may_1970(value: object) -> None:
    assert birth_month(value) == "1970-05"


@pytest.mark.parametrize("value", ["1970.13", "1970", "70.5", 25689, "五月", "1870.05", True])
def test_no_month(value: object) -> None:
    with pytest.raises(BadCell) as bad:
        birth_month(value)
    assert bad.value.code is ProblemCode.BAD_BIRTH_MONTH


def test_months_that_lost_their_nought() -> None:
    assert birth_month("1970.1") == "1970-01"
    assert birth_month("1970.10") == "1970-10"
    assert birth_month(1970.11) == "1970-11"
    assert birth_month(1970.2) == "1970-02"
    with pytest.raises(BadCell) as bad:
        birth_month(1970.1)
    assert bad.value.code is ProblemCode.AMBIGUOUS_BIRTH_MONTH


def test_empty_cells() -> None:
    for value in (None, "", " \u3000", "/", "无", "——"):
        assert clean(value) == ""
        assert birth_month(value) is None
        assert gender(clean(value)) is None


def test_texts_of_other_cells() -> None:
    values = (12000001000.0, 1.5, dt.datetime(2026, 5, 1), "a_x000D_\nb\t c", "Ａ１（院）")
    assert [clean(value) for value in values] == [
        "12000001000",
        "1.5",
        "2026-05-01",
        "a\nb c",
        "A1（院）",
    ]


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("姓  名", ColumnRole.NAME),
        ("姓名（与身份证一致）", ColumnRole.NAME),
        ("*教师姓名：", ColumnRole.NAME),
        ("授课专题\n题目", ColumnRole.TOPICS),
        ("授课专题2", ColumnRole.TOPICS),
        ("职务/职称", ColumnRole.TITLE),
        ("可服务区域【可多选】", ColumnRole.SERVES),
        ("手机号码", ColumnRole.PHONE),
        ("Ｅ-mail", ColumnRole.EMAIL),
        ("Phone No.", ColumnRole.PHONE),
        ("编号", ColumnRole.SEQUENCE),
        ("备 注", ColumnRole.IGNORED),
        ("身份证号", ColumnRole.FORBIDDEN),
        ("号码（身份证）", ColumnRole.FORBIDDEN),
        ("证件号码", ColumnRole.FORBIDDEN),
        ("开户行", ColumnRole.FORBIDDEN),
        ("ID Number", ColumnRole.FORBIDDEN),
        ("讲师", None),
        ("民族", None),
        ("", None),
    ],
)
def test_headers(header: str, role: ColumnRole | None) -> None:
    assert role_of(header) is role


@given(st.integers(0, 20_000))
def test_letters(index: int) -> None:
    assert index_of(letter(index)) == index


def test_letters_of_a_spreadsheet() -> None:
    assert [letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
