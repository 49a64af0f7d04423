"""Mail of people who try to learn or to disturb something. Rules 47 to 51."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from booking.replies.engine.mail import read_mail
from booking.replies.engine.outcomes import MailOutcome
from tests.conftest import Time
from tests.factories import CHEN, LI
from tests.replies import clients
from tests.replies.clients import Answer, google, written
from tests.replies.conftest import Receive, answer, count, message_id, subjects
from tests.replies.test_answers import messages

ATTACHED = (
    "--b\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n{typed}\r\n"
    "--b\r\nContent-Type: message/rfc822\r\n\r\n"
    "From: friend@example.org\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    "别告诉别人。\r\n--b--\r\n"
)


@pytest.mark.parametrize("kind", ["text/html", "text/plain"])
def test_a_mail_that_is_attached_is_a_file(kind: str) -> None:
    """What somebody else wrote is not passed on, neither as the text nor beside it."""
    typed = "<p>请看附件。</p>" if kind == "text/html" else "请看附件。"
    body = ATTACHED.format(kind=kind, typed=typed)
    mail = read_mail(written(body, in_reply_to="<a@b>", kind="multipart/mixed; boundary=b"))
    assert (mail.text, mail.attachments) == ("请看附件。", 1)


def test_a_reply_in_a_mail_that_is_attached_is_not_an_answer() -> None:
    """Who passes a mail on has answered nothing."""
    inside = google(Answer(uid="x@y")).decode()
    body = f"--b\r\nContent-Type: message/rfc822\r\n\r\n{inside}\r\n--b--\r\n"
    mail = read_mail(written(body, in_reply_to="<a@b>", kind="multipart/mixed; boundary=b"))
    assert (mail.reply, mail.attachments) == (None, 1)


QUOTED_HTML = {
    "Outlook in capitals": "<DIV>好的。</DIV><DIV><B>发件人：</B>约课</DIV>"
    "<DIV><B>收件人：</B>陈明 &lt;chen@example.org&gt;</DIV>",
    "a quotation in capitals": "<DIV>好的。</DIV><BLOCKQUOTE>写给 chen@example.org</BLOCKQUOTE>",
    "Gmail": '<div dir="ltr">好的。</div><br>'
    "<div dir='ltr' class='gmail_quote'>写给 chen@example.org</div>",
    "breaks with attributes": '好的。<br clear="all">发件人：约课<BR />chen@example.org',
}


@pytest.mark.parametrize("form", QUOTED_HTML)
def test_what_html_quotes_is_left_out_however_it_is_written(form: str) -> None:
    kind = "text/html; charset=utf-8"
    assert read_mail(written(QUOTED_HTML[form], in_reply_to="<a@b>", kind=kind)).text == "好的。"


def test_no_form_of_quotation_reveals_the_address_of_who_answers(
    app: Flask, promised: str, receive: Receive
) -> None:
    """Rule 50: of a form that nobody knows, the headers name the recipient of our mail."""
    quoted = f"Von Yueke am Montag\nAn: Chen <{CHEN.upper()}>, mailto:{CHEN}\nx.{CHEN}"
    mail = written(f"好的。\n{quoted}", in_reply_to=message_id(app))
    assert receive(mail) is MailOutcome.RELAYED
    [(_side, _name, text)] = messages(app)
    assert text == (
        "好的。\nVon Yueke am Montag\nAn: Chen <…>, …\nx.chen@example.org\n\n（邮箱地址已略去。）"
    )


def test_a_program_that_answers_everything_is_not_answered_forever(
    app: Flask, promised: str, receive: Receive, time: Time
) -> None:
    """Some do not say that they are programs. Each of our mails would get another answer."""
    told = count(app)
    for number in range(8):
        mail = written("", in_reply_to=message_id(app), mark=str(number))
        assert receive(mail) is MailOutcome.NOT_DONE
        subjects(app, time)
    assert subjects(app, time, told) == [(CHEN, "您的回信未转达")] * 3
    time.now += timedelta(days=1, minutes=1)
    receive(written("", in_reply_to=message_id(app), mark="tomorrow"))
    assert len(subjects(app, time, told)) == 4


def test_who_declines_again_and_again_is_asked_once_a_day(
    app: Flask, promised: str, receive: Receive, time: Time
) -> None:
    """The other side gets a mail each time: a person or program must not flood it."""
    told = count(app)
    one = answer(app, promised, partstat="DECLINED")
    for number in range(4):
        later = one.but(stamped_at=one.stamped_at + timedelta(seconds=number), mark=str(number))
        assert receive(clients.google(later)) is MailOutcome.STANDS
    assert [to for to, _about in subjects(app, time, told)] == [CHEN, LI]
