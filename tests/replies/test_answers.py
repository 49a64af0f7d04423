"""Answers of people are passed on; reports of delivery mark an address. Rules 50 and 51."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.accounts.models import User
from booking.contacts.threads.engine.events import LONGEST_MESSAGE, ThreadSide
from booking.contacts.threads.models import RelayedMessage
from booking.db import db, unit_of_work
from booking.notifications.models import Delivery
from booking.replies.engine.outcomes import MailOutcome
from booking.replies.models import ReturnedAddress
from booking.replies.returns.queries import returned_since
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, LI, WANG, ZHOU, Cast
from tests.notifications.conftest import round_of_work
from tests.replies import clients
from tests.replies.clients import FINAL_CHEN, returned, written
from tests.replies.conftest import Receive, answer, count, message_id, subjects

QUOTED = "\r\n\r\n发件人：约课 <yueke@example.org>\r\n发送时间：2026年11月23日\r\n\r\n授课"


def messages(app: Flask) -> list[tuple[ThreadSide, str, str]]:
    with app.app_context():
        rows = db.session().scalars(select(RelayedMessage).order_by(RelayedMessage.id))
        return [(row.side, row.sender_name, row.text) for row in rows]


class TestRelayed:
    """Rule 50."""

    def test_an_answer_reaches_the_other_side_without_an_address(
        self, app: Flask, promised: str, receive: Receive, time: Time
    ) -> None:
        told = count(app)
        mail = written(f"请准备话筒。{QUOTED}", in_reply_to=message_id(app))
        assert receive(mail) is MailOutcome.RELAYED
        assert messages(app) == [(ThreadSide.INSTRUCTOR, "陈明", "请准备话筒。")]
        assert subjects(app, time, told) == [(LI, f"陈明关于 {promised} 的留言")]

    def test_an_answer_to_a_passed_on_message_goes_back(
        self, app: Flask, promised: str, receive: Receive, time: Time
    ) -> None:
        receive(written("请准备话筒。", in_reply_to=message_id(app)))
        round_of_work(app, time)
        mail = written("好的。", in_reply_to=message_id(app, LI), sender=LI, mark="2")
        assert receive(mail) is MailOutcome.RELAYED
        assert messages(app)[1] == (ThreadSide.BRANCH, "李静", "好的。")

    def test_a_file_is_left_out_and_said_to_be(
        self, app: Flask, promised: str, receive: Receive
    ) -> None:
        body = (
            "--b\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n请看附件。\r\n"
            "--b\r\nContent-Type: application/pdf; name=x.pdf\r\n"
            "Content-Disposition: attachment; filename=x.pdf\r\n\r\nPDF\r\n--b--\r\n"
        )
        kind = "multipart/mixed; boundary=b"
        mail = written(body, in_reply_to=message_id(app), kind=kind)
        assert receive(mail) is MailOutcome.RELAYED
        assert messages(app)[0][2] == "请看附件。\n\n（原信带有附件，附件未转达。）"

    @pytest.mark.parametrize(
        "header",
        [
            "Auto-Submitted: auto-replied",
            "Precedence: bulk",
            "X-Autoreply: yes",
            "Return-Path: <>",
            "List-Id: <x.example.org>",
        ],
    )
    def test_what_a_program_answers_is_never_passed_on(
        self, app: Flask, promised: str, receive: Receive, time: Time, header: str
    ) -> None:
        """RFC 3834."""
        told = count(app)
        mail = written("我在休假。", in_reply_to=message_id(app), headers=(header,))
        assert receive(mail) is MailOutcome.AUTOMATIC
        assert (messages(app), subjects(app, time, told)) == ([], [])

    def test_an_answer_from_another_address_is_not_passed_on(
        self, app: Flask, promised: str, receive: Receive, time: Time
    ) -> None:
        told = count(app)
        mail = written("改到明天。", in_reply_to=message_id(app), sender=ZHOU)
        assert receive(mail) is MailOutcome.FORGED
        assert messages(app) == []
        assert subjects(app, time, told) == [(CHEN, "您的回信未转达")]

    def test_who_guesses_a_message_id_is_not_heard(
        self, app: Flask, promised: str, receive: Receive
    ) -> None:
        guess = message_id(app)[:-20] + "0000000@example.org>"
        assert receive(written("改到明天。", in_reply_to=guess)) is MailOutcome.FOREIGN

    @pytest.mark.parametrize("text", ["", "> 引用", "字" * (LONGEST_MESSAGE + 1)])
    def test_what_the_pages_refuse_is_told(
        self, app: Flask, promised: str, receive: Receive, time: Time, text: str
    ) -> None:
        told = count(app)
        assert receive(written(text, in_reply_to=message_id(app))) is MailOutcome.NOT_DONE
        assert messages(app) == []
        assert subjects(app, time, told) == [(CHEN, "您的回信未转达")]

    def test_a_text_is_no_answer_to_a_request(
        self, app: Flask, asked: str, receive: Receive, time: Time
    ) -> None:
        """A page lets the sides write to each other only while the lecture stands."""
        told = count(app)
        assert receive(written("可以。", in_reply_to=message_id(app))) is MailOutcome.NOT_DONE
        assert subjects(app, time, told) == [(CHEN, "您的回信未转达")]

    def test_a_day_allows_as_many_as_on_pages(
        self, app: Flask, promised: str, receive: Receive
    ) -> None:
        to = message_id(app)
        outcomes = [
            receive(written("请准备话筒。", in_reply_to=to, mark=str(number)))
            for number in range(21)
        ]
        assert outcomes == [MailOutcome.RELAYED] * 20 + [MailOutcome.NOT_DONE]


def marked(app: Flask) -> list[tuple[int, str]]:
    with app.app_context():
        rows = db.session().scalars(select(ReturnedAddress).order_by(ReturnedAddress.user_id))
        return [(row.user_id, row.status) for row in rows]


def returned_deliveries(app: Flask) -> int:
    """How many of our mails are noted as returned."""
    with app.app_context():
        query = select(func.count()).where(Delivery.returned_at.is_not(None))
        return db.session().scalars(query).one()


FORGED_RECIPIENTS: dict[str, list[str]] = {
    "another address": ["Final-Recipient: rfc822; somebody@example.org"],
    "another one twice": [
        "Original-Recipient: rfc822; li@example.org",
        "Final-Recipient: rfc822; li@example.org",
    ],
    "no field": [],
    "an empty field": ["Final-Recipient: rfc822;"],
    "a longer address": ["Final-Recipient: rfc822; x.chen@example.org"],
    "the address in a comment": ["Final-Recipient: rfc822; li@example.org (chen@example.org)"],
    "two in one field": ["Final-Recipient: rfc822; li@example.org, chen@example.org"],
}
TRUE_RECIPIENTS: dict[str, list[str]] = {
    "as it is": [FINAL_CHEN],
    "in capitals": ["Final-Recipient: RFC822;CHEN@EXAMPLE.ORG"],
    "in brackets": ["Final-Recipient: rfc822; <chen@example.org>"],
    "without a type": ["Final-Recipient: chen@example.org"],
    "international mail": ["Final-Recipient: utf-8; chen@example.org"],
    "forwarded": [
        "Original-Recipient: rfc822; chen@example.org",
        "Final-Recipient: rfc822; chen@forwarded.example.net",
    ],
}


class TestReturned:
    """Rule 51."""

    def test_a_report_marks_the_address_and_tells_a_coordinator_once(
        self, app: Flask, people: Cast, promised: str, receive: Receive, time: Time
    ) -> None:
        told = count(app)
        assert receive(returned(message_id(app))) is MailOutcome.RETURNED
        assert receive(returned(message_id(app), mark="2")) is MailOutcome.RETURNED
        assert marked(app) == [(people.chen.user, "5.1.1")]
        assert subjects(app, time, told) == [(WANG, "发给陈明的邮件被退回")]
        page = Client(app).sign_in(WANG).language("en").get(f"/people/{people.chen.user}")
        assert "Mail to this address is returned since Mon 23 Nov 2026" in page.text

    @pytest.mark.parametrize("action", ["delayed", "failed"])
    def test_what_may_pass_marks_nothing(
        self, app: Flask, promised: str, receive: Receive, action: str
    ) -> None:
        mail = returned(message_id(app), status="4.4.1", action=action)
        assert receive(mail) is MailOutcome.DELAYED
        assert marked(app) == []

    def test_a_report_about_a_mail_that_is_not_ours_marks_nothing(
        self, app: Flask, promised: str, receive: Receive
    ) -> None:
        assert receive(returned("<event-1-0123@example.org>")) is MailOutcome.FOREIGN
        assert marked(app) == []

    @pytest.mark.parametrize("named", FORGED_RECIPIENTS)
    def test_who_knows_a_message_id_cannot_mark_its_address(
        self,
        app: Flask,
        promised: str,
        receive: Receive,
        named: str,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        mail = returned(message_id(app), recipient=FORGED_RECIPIENTS[named])
        assert receive(mail) is MailOutcome.FORGED
        assert (marked(app), returned_deliveries(app)) == ([], 0)
        assert [one.message for one in caplog.records if one.name.startswith("booking")] == [
            "a report of delivery names another recipient than that of its mail"
        ]

    @pytest.mark.parametrize("named", TRUE_RECIPIENTS)
    def test_the_address_is_found_however_it_is_written(
        self, app: Flask, people: Cast, promised: str, receive: Receive, named: str
    ) -> None:
        mail = returned(message_id(app), recipient=TRUE_RECIPIENTS[named])
        assert receive(mail) is MailOutcome.RETURNED
        assert (marked(app), returned_deliveries(app)) == ([(people.chen.user, "5.1.1")], 1)

    def test_of_several_recipients_ours_counts(
        self, app: Flask, promised: str, receive: Receive
    ) -> None:
        """That another mailbox is wrong says nothing of the one that is only late."""
        fields = [
            "Final-Recipient: rfc822; list@example.net",
            "Action: failed",
            "Status: 5.1.1",
            "",
            FINAL_CHEN,
        ]
        mail = returned(message_id(app), action="delayed", status="4.4.7", recipient=fields)
        assert receive(mail) is MailOutcome.DELAYED
        assert marked(app) == []

    def test_another_address_undoes_it(
        self, app: Flask, people: Cast, promised: str, receive: Receive
    ) -> None:
        receive(returned(message_id(app)))
        with app.app_context(), unit_of_work() as session:
            assert list(returned_since(session, [people.chen.user])) == [people.chen.user]
            session.get_one(User, people.chen.user).email = "new@example.org"
            session.flush()
            assert returned_since(session, [people.chen.user]) == {}

    def test_an_answer_undoes_it(self, app: Flask, promised: str, receive: Receive) -> None:
        receive(returned(message_id(app)))
        receive(clients.google(answer(app, promised, partstat="TENTATIVE")))
        assert marked(app) == []

    def test_a_refused_answer_does_not(self, app: Flask, promised: str, receive: Receive) -> None:
        receive(returned(message_id(app)))
        receive(clients.google(answer(app, promised, results=None)))
        assert len(marked(app)) == 1

    def test_the_person_undoes_it(self, app: Flask, promised: str, receive: Receive) -> None:
        receive(returned(message_id(app)))
        chen = Client(app).sign_in(CHEN).language("en")
        assert "Mail to this address is returned" in chen.get("/account").text
        chen.post("/account/mail-arrives", {})
        assert marked(app) == []
        assert "Mail to this address is returned" not in chen.get("/account").text


class TestOnce:
    """Rule 47: a mail is handled once."""

    def test_the_same_mail_by_another_way_does_nothing_more(
        self, app: Flask, promised: str, receive: Receive
    ) -> None:
        mail = written("请准备话筒。", in_reply_to=message_id(app))
        assert receive(mail) is MailOutcome.RELAYED
        assert receive(b"Received: by another server\r\n" + mail) is MailOutcome.RELAYED
        assert len(messages(app)) == 1

    def test_a_crash_in_between_has_no_double_effect(
        self, app: Flask, promised: str, receive: Receive, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from booking.replies import relays

        mail = written("请准备话筒。", in_reply_to=message_id(app))
        real = relays.relay

        def crash(*arguments: object) -> MailOutcome:
            real(*arguments)  # type: ignore[arg-type]
            raise KeyboardInterrupt

        monkeypatch.setattr(relays, "relay", crash)
        with pytest.raises(KeyboardInterrupt):
            receive(mail)
        assert messages(app) == []
        monkeypatch.setattr(relays, "relay", real)
        assert receive(mail) is MailOutcome.RELAYED
        assert len(messages(app)) == 1

    def test_a_mail_that_raises_is_left_alone_after_three_times(
        self, app: Flask, promised: str, receive: Receive, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from booking.replies import relays

        def fail(*_arguments: object) -> MailOutcome:
            raise RuntimeError("secret words of the mail")

        monkeypatch.setattr(relays, "relay", fail)
        mail = written("请准备话筒。", in_reply_to=message_id(app))
        for _time in range(2):
            with pytest.raises(RuntimeError):
                receive(mail)
        assert [receive(mail), receive(mail)] == [MailOutcome.FAILED] * 2


def test_no_text_of_a_mail_is_logged(
    app: Flask, promised: str, receive: Receive, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    receive(written("请准备话筒。", in_reply_to=message_id(app)))
    receive(clients.google(answer(app, promised, comment="那天在外地。", results=None)))
    receive(b"\0\0\0")
    assert [word for word in ("话筒", "外地", "chen@") if word in caplog.text] == []
