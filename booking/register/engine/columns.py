"""Assigns a role to each column, by its header, its values, or an explicit mapping."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from booking.register.engine.cells import clean
from booking.register.engine.private_numbers import has_secret, is_secret, without_secrets
from booking.register.engine.roster import Column, ColumnRole
from booking.workbooks.engine.letters import letter
from booking.workbooks.engine.sheets import Row

HEADER_WITHIN = 15
"""Rows from the top in which the header is searched."""

LONGEST_KEY = 100

# 讲师 and lecturer are not synonyms of the name column: they are frequent values of 职称.
_SYNONYMS: Mapping[ColumnRole, str] = {
    ColumnRole.NAME: "姓名 讲师姓名 教师姓名 专家姓名 师资姓名 老师姓名 主讲人 名字"
    " name fullname instructorname lecturername teachername speaker",
    ColumnRole.GENDER: "性别 gender sex",
    ColumnRole.BIRTH_MONTH: "出生年月 出生年月日 出生日期 出生时间 生日"
    " birthmonth birthdate birthday dateofbirth monthofbirth born",
    ColumnRole.WORKPLACE: "工作单位 单位 所在单位 单位名称 工作单位名称 所属单位 工作单位全称"
    " workplace organisation organization employer affiliation institution company",
    ColumnRole.TITLE: "职务职称 职称职务 职务 职称 专业技术职称 专业技术职务 行政职务 职务及职称"
    " title jobtitle position post",
    ColumnRole.FIELDS: "研究领域 领域 专业领域 擅长领域 专业方向 研究方向 擅长方向 所属领域"
    " field fields expertise researchfields areasofexpertise",
    ColumnRole.TOPICS: "授课专题题目 授课专题 专题 专题题目 专题名称 课程 课程名称 授课题目"
    " 授课课程 讲授课程 主讲课程 授课内容"
    " topic topics lecture lectures lecturetopics course courses",
    ColumnRole.SERVES: "可服务区域 服务区域 授课区域 服务地区 可授课区域 可服务地区 服务范围"
    " serves region regions servicearea serviceareas",
    ColumnRole.REGION: "所在地区 所属地区 行政区划 homeregion district",
    ColumnRole.PHONE: "联系电话 电话 手机 手机号 手机号码 联系方式 办公电话 电话号码 移动电话 座机"
    " phone phones phonenumber phoneno mobile mobilephone mobilenumber mobileno telephone tel"
    " contact",
    ColumnRole.EMAIL: "邮箱 电子邮箱 电子邮件 邮箱地址 联系邮箱 email emails mail emailaddress",
    ColumnRole.READING: "姓名拼音 拼音 读音 姓名读音 reading readingofthename pinyin nameinpinyin",
    ColumnRole.INTRODUCTION: "简介 个人简介 讲师简介 introduction biography bio",
    ColumnRole.AUDIENCES: "适用对象 授课对象 适合对象 适用人群 audience audiences targetaudience",
    ColumnRole.FORMATS: "授课形式 授课方式 教学形式 format formats teachingformat",
    ColumnRole.MINUTES: "时长 授课时长 课时时长 分钟 minutes duration length",
    ColumnRole.TERMS: "聘期 聘任期限 聘用期限 任期 term terms termofappointment",
    ColumnRole.SEQUENCE: "序号 编号 no number # id",
    ColumnRole.IGNORED: "备注 说明 问题 note notes remark remarks problems",
}
_ROLES = {header: role for role, headers in _SYNONYMS.items() for header in headers.split()}

_FORBIDDEN = re.compile(
    "身份证|身份号|公民身份|证件号|护照|银行|开户|卡号|收款|账户|帐户"
    "|idnumber|idno|idcard|identity|passport|bank|iban|accountnumber|accountno"
)
_HINT = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_ONE_PER_LINE = re.compile(r"[(（\[【](?:每行一[个项条]|oneperline)[)）\]】]", re.IGNORECASE)
_REPEATED = re.compile(r"[\d一二三四五六]+$")


def role_of(header: str) -> ColumnRole | None:
    """The role of a header, by synonym: 姓  名（必填） is NAME; None for an unknown header.

    Text in brackets is a hint for whoever fills the form in. It counts only where the header is
    unknown without it: 姓名（与身份证一致） is a name, 号码（身份证） is forbidden.
    """
    compact = "".join(unicodedata.normalize("NFKC", clean(header)).casefold().split())
    bare = re.sub(r"[*/:、,.\-_&]", "", _HINT.sub("", compact)) or compact
    if _FORBIDDEN.search(bare):
        return ColumnRole.FORBIDDEN
    role = _ROLES.get(bare) or _ROLES.get(_REPEATED.sub("", bare))
    return role or (ColumnRole.FORBIDDEN if _FORBIDDEN.search(compact) else None)


def one_per_line(header: str) -> bool:
    """Whether a header says that each line of its cells is one item: 授课专题（每行一个）."""
    return _ONE_PER_LINE.search("".join(header.split())) is not None


def header_key(header: str) -> str:
    """The key by which the role of a header is remembered: without width, case and spaces."""
    return "".join(unicodedata.normalize("NFKC", clean(header)).casefold().split())[:LONGEST_KEY]


def find_header(rows: Sequence[Row]) -> int | None:
    """The number of the header row among `rows`, one with a NAME header; None without one.

    Of several such rows the one with the most recognised headers; ties go to the first.
    """
    return _most_recognised([row for row in rows if ColumnRole.NAME in _roles(row[1])])


def guess_header(rows: Sequence[Row]) -> int | None:
    """The number of the row with the most recognised headers, NAME or not; None without rows."""
    return _most_recognised(rows)


def take_header(rows: Sequence[Row], number: int) -> tuple[dict[int, str], list[Row]]:
    """(headers by column index from 0, the rows below), given the header row's number.

    A second header row (手机 | 邮箱 under a merged 联系方式) completes the first one.
    """
    below = [row for row in rows if row[0] > number]
    headers = _texts(next(cells for at, cells in rows if at == number))
    if below and below[0][0] == number + 1:
        second = _texts(below[0][1])
        roles = {role_of(text) for text in second.values()}
        if not roles & {None, ColumnRole.NAME}:
            return headers | second, below[1:]
    return headers, below


def read_columns(
    headers: Mapping[int, str],
    rows: Sequence[Row],
    roles_by_letter: Mapping[str, ColumnRole],
    remembered: Mapping[str, ColumnRole] = MappingProxyType({}),
) -> tuple[Column, ...]:
    """The columns that are not empty. `roles_by_letter` overrides the headers' roles.

    So do roles `remembered` by `header_key`, where the letter has none. Neither overrides
    FORBIDDEN, which applies by the header or where most of the values are identity or bank numbers.
    """
    width = max([0, *(len(cells) for _, cells in rows), *(index + 1 for index in headers)])
    columns = []
    for index in range(width):
        texts = [clean(cells[index]) for _, cells in rows if index < len(cells)]
        texts = [text for text in texts if text]
        header = headers.get(index, "")
        if header or texts:
            role = role_of(header)
            if role is not ColumnRole.FORBIDDEN and not _holds_secrets(texts, role):
                known = remembered.get(header_key(header), role) if header else role
                role = roles_by_letter.get(letter(index), known)
            else:
                role = ColumnRole.FORBIDDEN
            columns.append(Column(letter(index), without_secrets(header), role))
    return tuple(columns)


def _holds_secrets(texts: Sequence[str], role: ColumnRole | None) -> bool:
    """Whether most values are identity or bank numbers.

    In a column that is read, a number within a text is removed cell by cell; in other columns
    (备注) it is enough that most cells contain such a number.
    """
    is_read = role not in (None, ColumnRole.IGNORED, ColumnRole.SEQUENCE)
    secret = is_secret if is_read else has_secret
    return 2 * sum(map(secret, texts)) > len(texts)


def _texts(cells: Sequence[object]) -> dict[int, str]:
    texts = {index: " ".join(clean(value).split()) for index, value in enumerate(cells)}
    return {index: text for index, text in texts.items() if text}


def _roles(cells: Sequence[object]) -> set[ColumnRole]:
    return {role for text in _texts(cells).values() if (role := role_of(text))}


def _most_recognised(rows: Sequence[Row]) -> int | None:
    best = max(rows, key=lambda row: (len(_roles(row[1])), len(_texts(row[1]))), default=None)
    return best[0] if best else None
