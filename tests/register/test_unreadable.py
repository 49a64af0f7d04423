"""Files that are no register, refused for the right reason and never with a crash."""

import datetime as dt
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.register.engine.spreadsheet import (
    Column,
    ColumnRole,
    Roster,
    UnreadableReason,
    UnreadableRoster,
    read_roster,
)
from booking.workbooks.engine.archive import MAX_BYTES
from tests.extent import examples
from tests.register.rosters import always, messy_roster, roster, with_part

OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
SHEET = "xl/worksheets/sheet1.xml"
MESSY = messy_roster()


def refused(data: bytes, filename: str = "师资.xlsx") -> UnreadableRoster:
    with pytest.raises(UnreadableRoster) as caught:
        read_roster(data, filename=filename)
    return caught.value


def zipped(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "filename", "reason"),
    [
        (OLE2 + bytes(512), "师资.xlsx", UnreadableReason.OLD_XLS),
        (MESSY, "师资.XLS", UnreadableReason.OLD_XLS),
        (OLE2 + "EncryptedPackage".encode("utf-16-le"), "师资.xlsx", UnreadableReason.ENCRYPTED),
        (b"", "师资.xlsx", UnreadableReason.NOTHING),
        ("姓名,单位\n张甲,甲单位\n".encode("gb18030"), "师资.csv", UnreadableReason.NOT_XLSX),
        (MESSY[:-200], "师资.xlsx", UnreadableReason.NOT_XLSX),
        (zipped("word/document.xml", b"<w/>"), "师资.docx", UnreadableReason.NOT_XLSX),
        (zipped("[Content_Types].xml", b"<Types/>"), "师资.xlsx", UnreadableReason.NOT_XLSX),
        (bytes(MAX_BYTES + 1), "师资.xlsx", UnreadableReason.TOO_LARGE),
    ],
)
def test_the_reason_of_a_refusal(data: bytes, filename: str, reason: UnreadableReason) -> None:
    assert refused(data, filename).reason is reason


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = with_part(MESSY, SHEET, lambda xml: xml + bytes(101 * 1024 * 1024))
    assert len(bomb) < MAX_BYTES
    assert refused(bomb).reason is UnreadableReason.TOO_LARGE


def test_a_part_packed_in_an_unusual_way_is_not_unpacked() -> None:
    odd = with_part(MESSY, SHEET, bytes, zipfile.ZIP_BZIP2)
    assert len(read_roster(with_part(MESSY, SHEET, bytes), filename="a.xlsx").people) == 5
    assert refused(odd).reason is UnreadableReason.NOT_XLSX


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding: str) -> None:
    declared = '<!DOCTYPE x [<!ENTITY a "b">]>'.encode(encoding)
    padded = b" " * (1024 * 1024 - 3) + declared
    for part in (declared, padded):
        data = with_part(MESSY, "xl/extra.xml", always(part))
        assert refused(data).reason is UnreadableReason.NOT_XLSX


def test_too_many_people() -> None:
    full = [(f"张{number}",) for number in range(20_000)]
    again = [("张1",)] * 100
    assert len(read_roster(roster(("姓名",), full + again), filename="a.xlsx").people) == 20_000
    assert refused(roster(("姓名",), [*full, ("李甲",)])).reason is UnreadableReason.TOO_MANY


def test_too_many_rows_are_not_read_to_their_end() -> None:
    rows = [("张甲",)] * 24_999
    assert len(read_roster(roster(("姓名",), rows), filename="a.xlsx").people) == 1
    assert refused(roster(("姓名",), [*rows, ("张甲",)])).reason is UnreadableReason.TOO_LARGE


def test_a_row_number_beyond_every_sheet() -> None:
    data = with_part(MESSY, SHEET, lambda xml: xml.replace(b'<row r="12"', b'<row r="99999999999"'))
    assert refused(data).reason is UnreadableReason.TOO_LARGE


def test_nothing_below_the_header_or_nothing_at_all() -> None:
    assert refused(roster((), [])).reason is UnreadableReason.EMPTY
    assert refused(roster(("姓名", "单位"), [])).reason is UnreadableReason.EMPTY
    assert refused(roster(("序号", "姓名"), [(1,), (2,)])).reason is UnreadableReason.EMPTY


def test_without_a_column_of_names_the_columns_are_told() -> None:
    data = roster(("谁", "单位"), [("张甲", "甲单位")], title="名录")
    refusal = refused(data)
    assert refusal.reason is UnreadableReason.NO_NAME_COLUMN
    assert refusal.columns == (
        Column("A", "谁", None),
        Column("B", "单位", ColumnRole.WORKPLACE),
    )


def survives(data: bytes) -> None:
    try:
        found = read_roster(data, filename="a.xlsx")
    except UnreadableRoster:
        return
    assert type(found) is Roster


@settings(max_examples=examples(200))
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", OLE2]))
def test_any_bytes_are_read_or_refused(data: bytes, magic: bytes) -> None:
    survives(magic + data)


@settings(max_examples=examples(120), deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(MESSY) - 1), st.integers(0, 255)), max_size=12))
def test_damaged_files_are_read_or_refused(damage: list[tuple[int, int]]) -> None:
    data = bytearray(MESSY)
    for at, byte in damage:
        data[at] = byte
    survives(bytes(data))


PARTS = st.sampled_from([SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"])


@settings(max_examples=examples(120), deadline=None)
@given(PARTS, st.integers(0), st.integers(0, 30), st.binary(max_size=12))
def test_damaged_parts_are_read_or_refused(part: str, at: int, cut: int, put: bytes) -> None:
    def damage(xml: bytes) -> bytes:
        start = at % (len(xml) + 1)
        return xml[:start] + put + xml[start + cut :]

    survives(with_part(MESSY, part, damage))


CELLS = st.one_of(
    st.none(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.datetimes(min_value=dt.datetime(1900, 3, 1)),
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30),
)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.lists(CELLS, min_size=6, max_size=6), max_size=5))
def test_any_cells_are_read(rows: list[list[object]]) -> None:
    headers = ("姓名", "性别", "出生年月", "电话", "专题", "邮箱")
    survives(roster(headers, rows))
