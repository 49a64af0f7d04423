"""Register spreadsheets built in memory, as irregular as real ones.

All people, places and numbers are invented: no mobile number begins with 120, no region code
with 99, and no bank card with 0000.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

IDENTITY = "990101197005010011"
IDENTITY_X = "99010119800229001X"
BANK_CARD = "0000020200001234567"

MESSY_HEADERS = (
    "序号",
    "讲师姓名（必填）",
    "性 别",
    "出生年月",
    "工作单位",
    "职务",
    "职称",
    "研究领域",
    "授课专题\n题目",
    "可服务区域",
    "联系电话：",
    "身份证号",
    "银行卡号",
    "备注",
)


def messy_rows() -> list[tuple[object, ...]]:
    """Eight rows for `MESSY_HEADERS`: five people, one of them twice, one without a name."""
    ids = (IDENTITY, BANK_CARD)
    return [
        (1, "查  超\u200b磊", "男", 197005, "松浦市农技站", "站长", "高级农艺师",
         "公文与沟通;乡村与农技", "公文写作入门;乡村振兴", "松浦市、望岫市",
         12000001000, *ids, None),
        (2, "\u3000覃䶮", "女", "1970.05", "鹭洲市中心医院", None, "主任医师",
         "急救", "急救（心肺复苏、止血）入门；毒蛇咬伤", "全省",
         "0992-80000002转801", *ids, "兼职"),
        (3, "白兰𬱖", None, dt.datetime(1970, 5, 1), "澄湖市图书馆", None, None,
         "历史文化\n科普", "1.地方志\n2.古籍修复", "岚溪市", 12000001003.0, *ids, None),
        (4, "阿依古丽・买买提", "女", "1970年5月", "栖云市第三职业学院", "教研室主任", None,
         "法治、心理", "宪法、民法典", "栖云市 松浦市", "120 0000 1004", *ids, None),
        (5, "刘㛃", "男", 1970.05, "望岫市\n农技站", None, None,
         "乡村与农技", "果树修剪", "全省", "12000001005/0993-80000005", *ids, None),
        (None,) * 14,
        (6, None, "男", None, "栖云市中心医院", None, None, "急救", "急救入门", "全省", None,
         None, None, None),
        (7, "查超磊", None, None, "松浦市 农技站", "副站长", None, "法治",
         "乡村振兴；民法典", "全省", "12000001999", None, None, None),
    ]  # fmt: skip


def messy_roster() -> bytes:
    """All irregularities at once: title row, empty and numbered rows, footer."""
    footer = [(None,) * 14, (8,), (9,), ("填表人：某某", *(None,) * 8, "填表日期：2026.11.20")]
    return roster(MESSY_HEADERS, [*messy_rows(), *footer], title="汀兰省师资名录表（虚构数据）")


def roster(
    headers: Sequence[object],
    rows: Sequence[Sequence[object]],
    *,
    title: str | None = None,
    arrange: Callable[[Workbook, Worksheet], None] | None = None,
) -> bytes:
    """An .xlsx with one sheet: a merged title row if there is a title, the headers, the rows."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    if title is not None:
        sheet.append([title])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headers))
    for row in [headers, *rows]:
        sheet.append(list(row))
    if arrange is not None:
        arrange(workbook, sheet)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def always(content: bytes) -> Callable[[bytes], bytes]:
    """For `with_part`: a function that replaces a part by `content`."""
    return lambda _before: content


def with_part(
    data: bytes,
    name: str,
    change: Callable[[bytes], bytes],
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """The same container with one part changed, or added if missing."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = {part.filename: old.read(part) for part in old.infolist()}
    parts[name] = change(parts.get(name, b""))
    with zipfile.ZipFile(stream, "w", method) as new:
        for part, content in parts.items():
            new.writestr(part, content)
    return stream.getvalue()


def with_wrong_dimension(data: bytes) -> bytes:
    """A sheet that declares a dimension of one cell, as several programs write it."""
    return with_part(
        data,
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', xml),
    )
