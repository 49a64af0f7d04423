"""What is read of a mail: quotations, headers, proof of the sender, and what is malformed."""

from __future__ import annotations

import time

import pytest

from booking.replies.engine.contents import Malformed, Participation
from booking.replies.engine.mail import MOST_PARTS, digest, read_mail
from booking.replies.engine.quotations import typed
from booking.replies.engine.senders import is_confirmed, server_named
from tests.replies.clients import Answer, apple, google, outlook, written

TYPED = "好的，可以。\n- 请准备投影\n- 请准备话筒"
QUOTATIONS = {
    "Outlook": "发件人: 约课 <yueke@example.org>\n发送时间: 2026年11月23日\n主题: 已确认",
    "Foxmail": "发件人： 约课\n发送时间： 2026-11-23 10:00",
    "QQ": '------------------ 原始邮件 ------------------\n发件人: "约课"',
    "QQ English": '------------------ Original ------------------\nFrom: "Yueke"',
    "NetEase": '在 2026-11-23 10:00:00，"约课" <yueke@example.org> 写道：\n旧文',
    "NetEase English": 'At 2026-11-23 10:00:00, "Yueke" <yueke@example.org> wrote:\nold',
    "NetEase frame": "| ---- 回复的原邮件 ---- |\n旧文",
    "Gmail": "约课 <yueke@example.org> 于2026年11月23日周一 10:00写道：\n\n> 旧文",
    "Gmail English": "On Mon, Nov 23, 2026 at 10:00 AM Yueke\n<yueke@example.org> wrote:\n> old",
    "Apple": "> 在 2026年11月23日，10:00，约课 <yueke@example.org> 写道：\n> 旧文\n> ",
    "Outlook English": "From: Yueke <yueke@example.org>\nSent: Monday\nSubject: x",
    "Outlook web": "________________________________\n发件人: 约课",
    "signature": "-- \n陈明\n12000009999",
    "phone": "发自我的iPhone",
    "phone English": "Sent from my iPhone",
}


@pytest.mark.parametrize("form", QUOTATIONS)
def test_what_is_quoted_is_left_out(form: str) -> None:
    """Rule 50."""
    end = "" if form == "Apple" else "\n旧文里有地址"
    assert typed(f"{TYPED}\r\n\r\n{QUOTATIONS[form]}{end}") == TYPED


def test_ordinary_sentences_are_no_quotations() -> None:
    text = "On Monday I can come.\n在文化馆见。\nFrom Monday on it is fine.\n于是改期。"
    assert typed(text) == text


@pytest.mark.parametrize("text", ["On a " * 20_000, "From:\n" * 10_000, "> \n" * 30_000])
def test_hostile_text_takes_no_time(text: str) -> None:
    start = time.perf_counter()
    typed(text)
    assert time.perf_counter() - start < 1


def test_a_mail_of_html_only_is_read() -> None:
    html = (
        "<div>好的，<b>可以</b>。</div><div>&lt;二楼&gt;</div><style>p{}</style>"
        '<blockquote type="cite"><p>旧文</p></blockquote>'
    )
    mail = written(html, in_reply_to="<a@b>", kind="text/html; charset=utf-8")
    assert read_mail(mail).text == "好的，可以。\n<二楼>"


@pytest.mark.parametrize("charset", ["gbk", "gb2312", "gb18030", "utf-8", "big5"])
def test_chinese_charsets_are_read(charset: str) -> None:
    head = f"From: a@example.org\r\nContent-Type: text/plain; charset={charset}\r\n\r\n"
    text = "可以"
    assert read_mail(head.encode() + text.encode(charset)).text == text
    assert read_mail(b"From: a@example.org\r\n\r\n" + text.encode("gbk")).text == text


@pytest.mark.parametrize(
    ("field", "sender"),
    [
        ("From: Chen <Chen@Example.org>", "chen@example.org"),
        ("From: a@example.org, b@example.org", ""),
        ("From: a@example.org\r\nFrom: b@example.org", ""),
        ('From: "chen@example.org" <evil@evil.test>', "evil@evil.test"),
        ("From: chen@example.org@evil.test", ""),
        ("From: nobody", ""),
        ("Subject: x", ""),
    ],
)
def test_only_one_sender_counts(field: str, sender: str) -> None:
    assert read_mail(f"{field}\r\n\r\nx".encode()).sender == sender


PROOFS = {
    "dkim of the domain": ("mx; dkim=pass header.d=example.org", True),
    "dkim by header.i": ("mx; dkim=pass header.i=@example.org", True),
    "dkim of a domain above": ("mx; dkim=pass header.d=org", False),
    "spf": ("mx; spf=pass smtp.mailfrom=chen@example.org", True),
    "dmarc": ("mx; dmarc=pass header.from=example.org", True),
    "fails": ("mx; dkim=fail header.d=example.org; spf=softfail smtp.mailfrom=example.org", False),
    "dmarc outweighs": (
        "mx; dkim=pass header.d=example.org; dmarc=fail header.from=example.org", False,
    ),
    "another domain": ("mx; dkim=pass header.d=evil.test; spf=pass smtp.mailfrom=evil.test", False),
    "a domain below": ("mx; dkim=pass header.d=evil.example.org", False),
    "a longer name": ("mx; dkim=pass header.d=notexample.org", False),
    "in a comment": ("mx; dkim=fail (dkim=pass header.d=example.org) header.d=example.org", False),
    "another server": ("mx.evil.test; dkim=pass header.d=example.org", False),
    "several signatures": (
        "mx; dkim=pass header.d=relay.test; dkim=pass header.d=example.org", True,
    ),
    "none": ("mx; none", False),
    "no sense": ("mx; ((((", False),
    "nothing": ("", False),
}  # fmt: skip


@pytest.mark.parametrize("case", PROOFS)
def test_who_is_confirmed(case: str) -> None:
    """Rule 48."""
    header, proven = PROOFS[case]
    assert is_confirmed("chen@example.org", header, "mx") is proven
    assert is_confirmed("chen@example.org", header, "") is False


def test_a_domain_above_the_senders_may_sign() -> None:
    header = "mx; dkim=pass header.d=example.org"
    assert is_confirmed("chen@mail.example.org", header, "MX") is True
    assert server_named(header) == "mx"


def reply(old: str, new: str) -> bytes:
    return google(Answer(uid="uid@x")).replace(old.encode(), new.encode())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\0\0",
        reply("UID:uid@x", "X:1"),
        reply("DTSTAMP:20261123T020100Z", "DTSTAMP:20261123T020100"),
        reply("SEQUENCE:0", "SEQUENCE:many"),
        reply("SEQUENCE:0", "SEQUENCE:-1"),
        reply("SEQUENCE:0", "SEQUENCE:0\r\nRECURRENCE-ID:20261123T020100Z"),
        reply("ATTENDEE;", "X-NOBODY;"),
        reply("END:VEVENT", "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\nEND:VEVENT"),
        reply("END:VCALENDAR", ""),
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * MOST_PARTS,
        b"From: a@b.org\r\n"
        + b"".join(
            b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n)
            for n in range(2000)
        ),
    ],
    ids=lambda raw: str(len(raw)),
)
def test_what_makes_no_sense_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        read_mail(raw)


def test_the_same_reply_is_read_from_every_program() -> None:
    one = Answer(uid="uid@x", partstat="DECLINED")
    found = [read_mail(program(one)).reply for program in (apple, google, outlook)]
    assert {(mail.uid, mail.sequence, mail.answer, mail.attendee) for mail in found if mail} == {
        ("uid@x", 0, Participation.DECLINED, "chen@example.org")
    }
    assert {mail.starts[:16] for mail in found if mail} == {"2026-11-26T01:00", "2026-11-26T09:00"}


def test_a_mail_is_known_by_its_id_and_body() -> None:
    mail = b"Message-ID: <1@x>\r\nFrom: a@b.org\r\n\r\nx\r\n"
    assert digest(mail, "<1@x>") == digest(b"Received: y\n" + mail.replace(b"\r", b""), "<1@x>")
    assert len({digest(mail, "<1@x>"), digest(mail + b"y", "<1@x>"), digest(mail, "<2@x>")}) == 3
