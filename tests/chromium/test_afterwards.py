"""On a phone: listeners come on the list by QR code; the branch says what a lecture changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chromium.conftest import Pictures, Province
from tests.chromium.visitors import Visitors, follow
from tests.factories import CHEN, LI, ZHAO
from tests.follow_ups.asking import picture


@pytest.mark.parametrize("javascript", [True, False])
def test_attendance_by_code(
    province: Province, visitors: Visitors, pictures: Pictures, javascript: bool
) -> None:
    number, name = province.things["asked"], f"江帆{javascript}"
    looks = {"width": 360, "javascript": javascript}
    with (
        visitors.window(LI, language="zh_Hans_CN", **looks) as (li, li_watch),  # type: ignore[arg-type]
        visitors.window(None, language="zh_Hans_CN", **looks) as (phone, phone_watch),  # type: ignore[arg-type]
    ):
        li.goto(f"/lectures/{number}")
        follow(li, "#attendance a")
        follow(li, "main a[href$='/links/attendance']")
        assert li.locator("img.qr-hall").count() == 1
        phone.goto(li.inner_text(".hall-address").strip())
        follow(phone, "main form.boxed button")
        assert phone.locator("#error-summary a[href='#name']").count() == 1
        phone.fill("#name", name)
        follow(phone, "main form.boxed button")
        assert name in phone.inner_text(".notice-good")
        pictures.take(phone, f"attendance-signed-{javascript}")
        phone.goto(li.inner_text(".hall-address").strip())
        assert phone.locator("#name").count() == 0

        li.goto(f"/lectures/{number}/listeners")
        follow(li, f"main li:has-text('{name}') a")
        follow(li, "form[action$='/strike'] button")
        assert li.inner_text(f"main li:has-text('{name}') s") == name
        li.fill("#names", f"1. 苏禾{javascript}\n2. {name}乙")
        follow(li, "main form.boxed button")
        assert f"{name}乙" in li.inner_text("main")
        pictures.take(li, f"attendance-list-{javascript}")
        assert (li_watch.take(), phone_watch.take()) == ([], [])


def test_the_answer_with_a_document(
    province: Province, visitors: Visitors, pictures: Pictures, tmp_path: Path
) -> None:
    number = province.things["asked"]
    path = f"/lectures/{number}/effect/first"
    lie, large, photo = (tmp_path / name for name in ("说明.pdf", "大.pdf", "现场.png"))
    lie.write_bytes(b"<script>alert(1)</script>")
    large.write_bytes(b"%PDF-" + bytes(9 * 1024 * 1024))
    photo.write_bytes(picture("PNG"))
    with visitors.window(LI, language="zh_Hans_CN", width=360) as (li, watch):
        li.goto(path)
        li.fill("#text", "演练两次。")
        li.set_input_files("#document", lie)
        follow(li, "main form.boxed button")
        assert "不是PDF" in li.inner_text("#document-error")
        assert li.input_value("#text") == "演练两次。"
        pictures.take(li, "effect-refused")
        li.set_input_files("#document", photo)
        follow(li, "main form.boxed button")
        assert "演练两次。" in li.inner_text("#effect")
        pictures.take(li, "effect-answered")
        with li.expect_download() as saved:
            li.click("#effect a[download]")
        assert saved.value.suggested_filename == "现场.jpg"
        kept = Path(saved.value.path()).read_bytes()
        assert (kept[:3], b"SecretCamera" in kept) == (b"\xff\xd8\xff", False)
        assert watch.take() == []
        li.goto(path)
        li.set_input_files("#document", large)
        follow(li, "main form.boxed button")
        assert "MB" in li.inner_text("main")
        pictures.take(li, "effect-too-large")
        assert "现场.jpg" in li.request.get(path).text()
    for other in (ZHAO, CHEN):
        with visitors.window(other, language="zh_Hans_CN", width=360) as (window, _watch):
            assert window.request.get(f"{path}/document").status in (403, 404)
