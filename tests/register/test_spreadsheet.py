"""A whole register out of a whole file."""

import re

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from booking.register.engine.spreadsheet import (
    Column,
    ColumnRole,
    Person,
    Problem,
    ProblemCode,
    Roster,
    Severity,
    read_roster,
)
from tests.register.rosters import (
    BANK_CARD,
    IDENTITY,
    IDENTITY_X,
    messy_roster,
    roster,
    with_part,
    with_wrong_dimension,
)


def read(data: bytes, columns: dict[str, ColumnRole] | None = None) -> Roster:
    return read_roster(data, filename="师资.xlsx", columns=columns)


def codes(found: Roster) -> list[tuple[int, str, ProblemCode, str]]:
    return [(p.row, p.column, p.code, p.value) for p in found.problems]


def test_a_messy_register_gives_its_people() -> None:
    found = read(messy_roster())
    assert found.sheet == "Sheet"
    assert found.header_row == 2
    assert found.people[0] == Person(
        row=3,
        name="查超磊",
        gender="m",
        birth_month="1970-05",
        workplace="松浦市农技站",
        title="站长 高级农艺师",
        fields=("公文与沟通", "乡村与农技", "法治"),
        topics=("公文写作入门", "乡村振兴", "民法典"),
        serves=("松浦市", "望岫市", "全省"),
        phones=("12000001000", "12000001999"),
        emails=(),
    )
    assert [(p.row, p.name, p.birth_month, p.phones) for p in found.people[1:]] == [
        (4, "覃䶮", "1970-05", ("0992-80000002转801",)),
        (5, "白兰𬱖", "1970-05", ("12000001003",)),
        (6, "阿依古丽·买买提", "1970-05", ("12000001004",)),
        (7, "刘㛃", "1970-05", ("12000001005", "0993-80000005")),
    ]
    assert [p.topics for p in found.people[1:]] == [
        ("急救（心肺复苏、止血）入门", "毒蛇咬伤"),
        ("地方志", "古籍修复"),
        ("宪法", "民法典"),
        ("果树修剪",),
    ]
    assert found.people[3].serves == ("栖云市", "松浦市")
    assert found.people[4].workplace == "望岫市 农技站"


def test_a_messy_register_says_what_is_wrong_with_it() -> None:
    found = read(messy_roster())
    assert found.duplicates == ((10, 3),)
    header = "讲师姓名（必填）"
    missing = Problem(9, "B", header, ProblemCode.MISSING_NAME, "", Severity.ERROR)
    assert found.problems == (missing,)
    assert found.errors == (missing,)
    assert found.warnings == ()


def test_identity_and_bank_numbers_are_left_out() -> None:
    found = read(messy_roster())
    assert found.forbidden == (
        Column("L", "身份证号", ColumnRole.FORBIDDEN),
        Column("M", "银行卡号", ColumnRole.FORBIDDEN),
    )
    assert IDENTITY not in repr(found)
    assert BANK_CARD not in repr(found)


def test_identity_numbers_are_left_out_under_any_header_and_whoever_asks() -> None:
    people = ("张甲", "张乙", "张丙")
    rows = [(name, f"身份证{IDENTITY}", f"{IDENTITY_X} 女", int(IDENTITY)) for name in people]
    data = roster(("姓名", "职务", "备注", "工号"), rows)
    for columns in (None, dict.fromkeys("BCD", ColumnRole.TITLE)):
        found = read(data, columns)
        assert "".join(column.letter for column in found.forbidden) == "BCD"
        assert [person.title for person in found.people] == ["", "", ""]
        assert found.problems == ()
        assert "9901011" not in repr(found)
        assert IDENTITY_X not in repr(found)


def test_one_identity_number_in_a_text_is_taken_out_and_said() -> None:
    rows = [
        ("张甲", "教授 身份证号：" + IDENTITY, "12000001000"),
        (f"张乙{IDENTITY_X}", "讲师", BANK_CARD),
        ("张丙", "讲师", "12000001002"),
    ]
    found = read(roster(("姓名", "职称", "电话"), rows))
    assert [(p.name, p.title, p.phones) for p in found.people] == [
        ("张甲", "教授", ("12000001000",)),
        ("张乙", "讲师", ()),
        ("张丙", "讲师", ("12000001002",)),
    ]
    removed = ProblemCode.SECRET_NUMBER_REMOVED
    assert codes(found) == [(2, "B", removed, ""), (3, "A", removed, ""), (3, "C", removed, "")]
    assert found.errors == ()
    assert "9901011" not in repr(found)
    assert BANK_CARD not in repr(found)


def test_contacts_in_public_texts_are_taken_out_and_said_without_them() -> None:
    rows = [("张甲", "教授 电话：12000001000", "急救"), ("张乙", "讲师", "急救 jia@example.org")]
    found = read(roster(("姓名", "职称", "专题"), rows))
    assert [(p.title, p.topics) for p in found.people] == [("教授", ("急救",)), ("讲师", ("急救",))]
    assert codes(found) == [
        (2, "B", ProblemCode.CONTACT_REMOVED, "教授 电话：120****1000"),
        (3, "C", ProblemCode.CONTACT_REMOVED, "急救 j****@example.org"),
    ]


def test_each_bad_cell_is_named_and_only_errors_cost_the_row() -> None:
    headers = ("姓名", "性别", "出生年月", "电话", "邮箱", "单位")
    rows = [
        ("张甲", "未知", "1970.13", "1200000100", "jia.example.org", "甲单位"),
        ("张乙", "男", 1970.1, "张三1200000100", "a@b@example.org", "#REF!"),
        ("张" * 51, None, None, None, None, None),
        ("张丁", None, None, None, None, "位" * 201),
        ("#N/A", "女", None, None, None, None),
    ]
    found = read(roster(headers, rows))
    code = ProblemCode
    assert codes(found) == [
        (2, "B", code.BAD_GENDER, "未知"),
        (2, "C", code.BAD_BIRTH_MONTH, "1970.13"),
        (2, "D", code.BAD_PHONE, "120****0100"),
        (2, "E", code.BAD_EMAIL, "****"),
        (3, "C", code.AMBIGUOUS_BIRTH_MONTH, "1970.1"),
        (3, "D", code.BAD_PHONE, "120****0100"),
        (3, "E", code.BAD_EMAIL, "a****@example.org"),
        (3, "F", code.FORMULA_ERROR, "#REF!"),
        (4, "A", code.NAME_TOO_LONG, "张" * 40 + "…"),
        (5, "F", code.TEXT_TOO_LONG, "位" * 40 + "…"),
        (6, "A", code.FORMULA_ERROR, "#N/A"),
        (6, "A", code.MISSING_NAME, ""),
    ]
    assert [problem.row for problem in found.errors] == [4, 5, 6]
    assert [person.name for person in found.people] == ["张甲", "张乙"]


def test_two_with_one_name_and_workplace_who_differ_are_said() -> None:
    rows = [("王军", "男", "甲单位"), ("王 军", "女", "甲 单位"), ("王军", "男", "乙单位")]
    found = read(roster(("姓名", "性别", "单位"), rows))
    assert [(p.row, p.gender) for p in found.people] == [(2, "m"), (4, "m")]
    assert found.duplicates == ((3, 2),)
    assert codes(found) == [(3, "B", ProblemCode.DUPLICATE_DIFFERS, "f")]


def test_the_end_of_the_data() -> None:
    headers = ("单位", "姓名", "专题")
    for end in (("合计：2人",), ("备注：无误",), ("制表：某某",), ("说明",), ("审核人", "某某")):
        rows = [("审核中心", "张甲", "急救"), ("小计", "1人"), ("甲单位", "张乙", None), end]
        found = read(roster(headers, [*rows, (None, "第二页", None)]))
        assert [person.name for person in found.people] == ["张甲", "张乙"]
        assert found.problems == ()


def test_people_below_the_footer_are_not_passed_over_in_silence() -> None:
    rows = [("张甲", "甲单位", "急救"), ("填表人：某某",), ("张乙", "乙单位", "急救")]
    found = read(roster(("姓名", "单位", "专题"), rows))
    assert [person.name for person in found.people] == ["张甲"]
    assert codes(found) == [(4, "A", ProblemCode.ROW_AFTER_FOOTER, "")]


def test_a_header_on_every_page_and_a_header_of_two_rows() -> None:
    rows = [(None, "手机", "邮箱"), ("张甲", 12000001000, "jia@Example.org")]
    again = [("姓 名", "联系方式", None), ("张乙", 12000001001, None)]
    found = read(roster(("姓名", "联系方式", None), [*rows, *again]))
    assert [(p.row, p.name, p.phones, p.emails) for p in found.people] == [
        (3, "张甲", ("12000001000",), ("jia@example.org",)),
        (5, "张乙", ("12000001001",), ()),
    ]
    assert found.problems == ()


def test_english_headers() -> None:
    headers = ("No.", "Full name", "Workplace", "Topics", "Phone", "E-mail", "Remarks")
    rows = [(1, "Ann  Lee", "Hospital", "First aid; Burns", "+852 1234 5678", "a@b.org", "x")]
    (person,) = read(roster(headers, rows)).people
    assert (person.name, person.workplace, person.topics) == (
        "Ann Lee",
        "Hospital",
        ("First aid", "Burns"),
    )
    assert (person.phones, person.emails) == (("+85212345678",), ("a@b.org",))


def test_the_coordinator_says_what_a_column_is() -> None:
    data = roster(("谁", "干什么", "职称"), [("张甲", "急救", "教授"), ("张乙", "法治", "讲师")])
    said = {"A": ColumnRole.NAME, "B": ColumnRole.TOPICS, "C": ColumnRole.IGNORED}
    found = read(data, said)
    assert [(p.name, p.topics, p.title) for p in found.people] == [
        ("张甲", ("急救",), ""),
        ("张乙", ("法治",), ""),
    ]
    assert [column.role for column in found.columns] == list(said.values())


def test_the_first_visible_sheet_with_names_is_read_whole() -> None:
    def arrange(workbook: Workbook, first: Worksheet) -> None:
        first.sheet_state = "hidden"
        workbook.create_sheet("填表说明").append(["请填写", "不要改表头"])
        register = workbook.create_sheet("名录")
        for row in (("姓名", "单位"), ("张乙", "乙单位"), ("张丙", "丙单位")):
            register.append(row)

    found = read(with_wrong_dimension(roster(("姓名",), [("张甲",)], arrange=arrange)))
    assert found.sheet == "名录"
    assert [person.name for person in found.people] == ["张乙", "张丙"]
    one = with_wrong_dimension(roster(("姓名", "单位"), [("张甲", "甲单位")]))
    assert [person.workplace for person in read(one).people] == ["甲单位"]


def test_a_form_formatted_far_below_its_data() -> None:
    def arrange(_: Workbook, sheet: Worksheet) -> None:
        sheet.cell(row=30_000, column=1).number_format = "0.00"

    found = read(roster(("姓名",), [("张甲",)], arrange=arrange))
    assert [person.name for person in found.people] == ["张甲"]


def test_what_the_library_grumbles_about_does_not_matter() -> None:
    def without_default_style(xml: bytes) -> bytes:
        return re.sub(rb"<cellStyles.*</cellStyles>", b"", xml)

    data = with_part(roster(("姓名",), [("张甲",)]), "xl/styles.xml", without_default_style)
    assert [person.name for person in read(data).people] == ["张甲"]
