"""Links that turn one kind of mail off: for one person and kind, and for nothing else."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.calendars.engine.mime import invitation
from booking.lectures.engine import answer_links
from booking.notifications.choices.engine.unsubscribe_links import (
    Unsubscribing,
    headers,
    read,
    sign,
)
from booking.notifications.choices.engine.ways import NECESSARY
from booking.notifications.engine.kinds import MessageKind
from tests.factories import NOW

SECRET, OTHER = "a" * 40, "b" * 40
OPTIONAL = st.sampled_from([kind for kind in MessageKind if kind not in NECESSARY])
LINKS = st.builds(Unsubscribing, st.integers(1, 2**31 - 1), OPTIONAL)


@given(LINKS)
def test_a_link_is_read_by_its_installation_only(link: Unsubscribing) -> None:
    token = sign(link, SECRET)
    assert read(token, [SECRET]) == read(token, [OTHER, SECRET]) == link
    assert read(token, [OTHER]) is None
    assert read(token[:-1], [SECRET]) is None


@pytest.mark.parametrize("kind", sorted(NECESSARY))
def test_there_is_none_for_what_is_necessary(kind: MessageKind) -> None:
    with pytest.raises(ValueError, match="necessary"):
        sign(Unsubscribing(1, kind), SECRET)


def test_other_signed_links_are_not_such_links() -> None:
    answer = answer_links.sign(answer_links.Answer("YK-1", 1, 1, 1, NOW), SECRET)
    assert read(answer, [SECRET]) is None
    assert (
        answer_links.read(sign(Unsubscribing(1, MessageKind.CONTACT), SECRET), [SECRET], now=NOW)
        is None
    )


@given(LINKS, st.sampled_from(["https", "http"]))
def test_the_headers_are_written_so_that_mail_programs_find_them(
    link: Unsubscribing, scheme: str
) -> None:
    url = f"{scheme}://yueke.a-rather-long-name.example.org/unsubscribe/{sign(link, SECRET)}"
    mail = invitation(
        sender="yueke@example.org",
        sender_name="约课",
        to="li@example.org",
        to_name="李静",
        subject="授课提醒",
        text="x",
        html="<p>x</p>",
        calendar=None,
        method=None,
        message_id="<event-1@example.org>",
        date=NOW,
        headers=headers(url),
    ).as_bytes(policy=SMTP)
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in mail
    parsed = message_from_bytes(mail, policy=policy.default)
    assert parsed["List-Unsubscribe"] == f"<{url}>"
    # One click needs https (RFC 8058, section 3.1).
    one_click = "List-Unsubscribe=One-Click" if scheme == "https" else None
    assert parsed["List-Unsubscribe-Post"] == one_click
