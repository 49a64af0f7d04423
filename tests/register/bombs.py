"""Small spreadsheets that are expensive to parse (decompression bombs), built in memory."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

from tests.register.rosters import always, roster, with_part

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
MEGABYTE = 1024 * 1024
NAMES = roster(("姓名", "单位"), [("张甲", "甲单位")])
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def _data(xml: bytes) -> bytes:
    return b"<worksheet " + MAIN + b"><sheetData>" + xml + b"</sheetData></worksheet>"


def _with_strings() -> bytes:
    """A workbook that refers to a shared strings part."""
    named = (
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxml'
        b'formats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    return with_part(NAMES, "[Content_Types].xml", lambda xml: xml.replace(b"</Types>", named))


def empty_cells() -> bytes:
    """95 MB of empty cells in one row."""
    cells = b"<c/>" * (95 * MEGABYTE // 4)
    return with_part(NAMES, SHEET, lambda _: _data(b"<row>" + cells + b"</row>"))


def long_text() -> bytes:
    """98 MB of text in one cell."""
    text = b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"a" * (98 * MEGABYTE)
    return with_part(NAMES, SHEET, lambda _: _data(text + b"</t></is></c></row>"))


def many_short_topics() -> bytes:
    """30 MB of one-letter topics in one cell."""
    before, after = '<c t="inlineStr"><is><t>', "</t></is></c>"
    head = f"<row>{before}姓名{after}{before}专题{after}</row><row>{before}张甲{after}{before}"
    xml = head.encode() + b"a;" * (15 * MEGABYTE) + after.encode() + b"</row>"
    return with_part(NAMES, SHEET, lambda _: _data(xml))


def one_sheet_many_times() -> bytes:
    """400 sheets that refer to the same part, which has a wide first row."""
    row = b"<row>" + b"<c><v>1</v></c>" * 500_000 + b"</row>"
    data = with_part(NAMES, SHEET, lambda _: _data(row))
    sheet = re.compile(rb"<sheet [^>]*/>")

    def repeat(xml: bytes) -> bytes:
        found = sheet.search(xml)
        assert found
        again = b"".join(
            re.sub(rb'sheetId="1"', b'sheetId="%d"' % n, found[0]).replace(b"Sheet", b"S%d" % n)
            for n in range(1, 401)
        )
        return sheet.sub(again, xml, count=1)

    return with_part(data, "xl/workbook.xml", repeat)


def shared_strings() -> bytes:
    """A long shared string that every cell of 20,000 rows refers to."""
    text = b"a" * 32_000
    strings = b"<sst " + MAIN + b"><si><t>" + text + b"</t></si></sst>"
    row = b"<row>" + b'<c t="s"><v>0</v></c>' * 25 + b"</row>"
    data = with_part(_with_strings(), STRINGS, lambda _: strings)
    return with_part(data, SHEET, lambda _: _data(row * 20_000))


def many_shared_strings() -> bytes:
    """90 MB of shared strings that no cell refers to."""
    strings = b"<sst " + MAIN + b">" + b"<si><t>a</t></si>" * (90 * MEGABYTE // 17) + b"</sst>"
    return with_part(_with_strings(), STRINGS, lambda _: strings)


def a_million_columns() -> bytes:
    """A header of 1,000,000 columns."""
    cells = b'<c t="str"><v>a</v></c>' * 1_000_000
    return with_part(NAMES, SHEET, lambda _: _data(b"<row>" + cells + b"</row>"))


def wide_rows() -> bytes:
    """25,000 rows of 100 cells with numbers that must not be stored."""
    cell = b"<c><v>990101197005010011</v></c>"
    return with_part(NAMES, SHEET, lambda _: _data((b"<row>" + cell * 100 + b"</row>") * 24_000))


def many_rows() -> bytes:
    """Eight million rows without cells."""
    return with_part(NAMES, SHEET, lambda _: _data(b"<row/>" * 8_000_000))


def deep_xml() -> bytes:
    """Three million nested elements."""
    return with_part(NAMES, SHEET, lambda _: _data(b"<a>" * 3_000_000))


def many_attributes() -> bytes:
    """One cell with 60 MB of attributes."""
    wide = b"<row><c " + b" ".join(b'a%d=""' % n for n in range(5_000_000)) + b"/></row>"
    return with_part(NAMES, SHEET, lambda _: _data(wide))


def many_styles() -> bytes:
    """A styles part with a million formats."""
    formats = b'<xf numFmtId="0"/>' * 2_900_000
    styles = b"<styleSheet " + MAIN + b"><cellXfs>" + formats + b"</cellXfs></styleSheet>"
    return with_part(NAMES, "xl/styles.xml", lambda _: styles)


def entities() -> bytes:
    """Nested XML entities (billion laughs)."""
    entity = b'<!ENTITY e0 "ha">' + b"".join(
        b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 10)
    )
    xml = b"<!DOCTYPE x [" + entity + b"]>" + _data(b'<row><c t="str"><v>&e9;</v></c></row>')
    return with_part(NAMES, SHEET, lambda _: xml)


def huge_ratio() -> bytes:
    """A part that declares an unpacked size of 300 MB."""
    return with_part(NAMES, "xl/media/image1.png", lambda _: bytes(300 * MEGABYTE))


def nested() -> bytes:
    """Nested archives: a spreadsheet in a spreadsheet in a spreadsheet."""
    data = roster(("单位",), [("甲",)])
    for _ in range(5):
        data = with_part(roster(("单位",), [("甲",)]), "xl/embeddings/a.xlsx", always(data))
    return data


def absolute_names() -> bytes:
    """Part names that would be extracted outside the folder (path traversal)."""
    data = with_part(NAMES, "/etc/yueke", lambda _: b"x")
    return with_part(data, "../../yueke", lambda _: b"x")


def many_parts() -> bytes:
    """50,000 empty parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        for number in range(40_000):
            archive.writestr(f"{number}", b"")
    return stream.getvalue()


def encrypted_part() -> bytes:
    """A part that is flagged as encrypted."""
    data = bytearray(NAMES)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        data[at + offset] |= 1
    return bytes(data)


def comma_separated() -> bytes:
    """5 MB of commas."""
    return b"," * (5 * MEGABYTE)


BOMBS: dict[str, Callable[[], bytes]] = {
    make.__name__: make
    for make in (
        empty_cells, long_text, many_short_topics, one_sheet_many_times, shared_strings,
        many_shared_strings, a_million_columns, wide_rows, many_rows, deep_xml, many_attributes,
        many_styles, entities, huge_ratio, nested, many_parts, encrypted_part, comma_separated,
    )
}  # fmt: skip
"""All refused kinds; `absolute_names` is harmless and accepted."""
