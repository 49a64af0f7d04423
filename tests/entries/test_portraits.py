"""Pictures are made small, lose what their files tell, and are served with care."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.entries.engine.parts import EntryPart
from booking.entries.models import Portrait
from booking.entries.portraits.engine.answers import MOST_BYTES, RefusedPicture, WhyRefused
from booking.entries.portraits.engine.pictures import SIDE, small_square
from booking.instructors.models import Instructor
from tests import factories
from tests.browser import Client
from tests.entries import keeping
from tests.factories import Cast


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 600)) -> bytes:
    """A picture whose file names a camera and an author."""
    image, file = Image.new("RGB", size, (200, 30, 30)), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F], exif[0x013B], exif[0x8825] = "SecretCamera", "Secret Author", {1: "N"}
    image.save(file, kind, exif=exif)
    return file.getvalue()


def send(client: Client, instructor_id: int, data: bytes) -> int:
    """The status of the answer to a picture."""
    file = (io.BytesIO(data), "me.jpg", "image/jpeg")
    return client.post(
        f"/entries/{instructor_id}/portrait",
        {"picture": file},
        content_type="multipart/form-data",
    ).status_code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_only_the_pixels_are_kept(kind: str) -> None:
    data = picture(kind)
    assert b"SecretCamera" in data
    small = small_square(data)
    with Image.open(io.BytesIO(small)) as made:
        assert (made.format, made.size, dict(made.getexif())) == ("JPEG", (SIDE, SIDE), {})
    assert b"Secret" not in small


def test_a_transparent_picture_gets_a_white_ground() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (500, 500), (0, 0, 0, 0)).save(file, "PNG")
    with Image.open(io.BytesIO(small_square(file.getvalue()))) as made:
        assert made.getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", WhyRefused.UNREADABLE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", WhyRefused.UNREADABLE),
        (picture()[:2000], WhyRefused.UNREADABLE),
        (picture("GIF"), WhyRefused.UNREADABLE),
        (b"\xff\xd8" + bytes(MOST_BYTES), WhyRefused.TOO_LARGE),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes, why: WhyRefused) -> None:
    with pytest.raises(RefusedPicture) as refused:
        small_square(data)
    assert refused.value.why is why


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    assert len(file.getvalue()) < 100_000
    with pytest.raises(RefusedPicture):
        small_square(file.getvalue())


def test_a_picture_is_shown_replaced_and_removed_for_good(app: Flask, people: Cast) -> None:
    chen, public = Client(app).sign_in(factories.CHEN), Client(app)
    there = f"/instructors/{people.chen.id}/portrait"
    assert public.get(there).status_code == 404
    assert send(chen, people.chen.id, picture()) == 303

    shown = public.get(there)
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert shown.headers["Cache-Control"] == "private, no-cache"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert shown.headers["X-Robots-Tag"] == "noindex, noimageindex"
    assert there in public.get(f"/instructors/{people.chen.id}").text

    removed = chen.post(f"/entries/{people.chen.id}/portrait/remove")
    assert removed.status_code == 303
    assert public.get(there).status_code == 404
    with app.app_context():
        assert db.session.scalars(select(Portrait)).all() == []
    assert [row.part for row in keeping.rows(app, people.chen.id)] == [EntryPart.PORTRAIT] * 2


def test_a_hidden_entry_hides_its_picture(app: Flask, people: Cast) -> None:
    chen = Client(app).sign_in(factories.CHEN)
    send(chen, people.chen.id, picture())
    with app.app_context(), unit_of_work() as session:
        session.get_one(Instructor, people.chen.id).listed = False
    there = f"/instructors/{people.chen.id}/portrait"
    statuses = [Client(app).get(there).status_code, chen.get(there).status_code]
    assert statuses == [404, 200]


def test_a_refused_picture_says_why(app: Flask, people: Cast) -> None:
    chen = Client(app).sign_in(factories.CHEN)
    assert send(chen, people.chen.id, b"no picture") == 422
    assert send(Client(app).sign_in(factories.ZHOU), people.chen.id, picture()) == 404
