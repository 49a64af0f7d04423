"""Rule 17 of docs/calendar-rules.md: what replies of calendars do, and which are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.audit import Action, AuditEntry
from booking.db import db, unit_of_work
from booking.lectures.attendees.service import Naming, name_attendee
from booking.lectures.engine.agreement import ProposalKind
from booking.lectures.engine.states import Party, State
from booking.lectures.models import HistoryEntry
from booking.lectures.proposals.queries import of_lecture
from booking.replies.engine.outcomes import MailOutcome
from booking.replies.models import AttendeeReply
from booking.settings import service as settings
from booking.settings.engine.reply_declarations import REPLY_PROOF, SenderProof
from tests import factories
from tests.conftest import Time
from tests.factories import CHEN, LI, ZHOU, Cast
from tests.replies import clients
from tests.replies.clients import PROGRAMS
from tests.replies.conftest import Receive, answer, count, lecture, message_id, subjects

FREE = {"starts_at": factories.at(4, 9), "ends_at": factories.at(4, 11)}


def state_of(app: Flask, number: str) -> tuple[State, int, int]:
    """State, SEQUENCE, and the number of changes: equal if nothing has happened."""
    one = lecture(app, number)
    with app.app_context():
        query = select(func.count()).where(HistoryEntry.lecture_id == one.id)
        changes = db.session().scalar(query) or 0
    return one.state, one.sequence, changes


@pytest.mark.parametrize("program", sorted(PROGRAMS))
def test_accepted_confirms_a_request(
    app: Flask, asked: str, receive: Receive, program: str
) -> None:
    """Rule 17."""
    assert receive(PROGRAMS[program](answer(app, asked))) is MailOutcome.CONFIRMED
    assert lecture(app, asked).state is State.CONFIRMED
    with app.app_context():
        last = db.session().scalars(select(HistoryEntry).order_by(HistoryEntry.id)).all()[-1]
    assert (last.party, last.actor_name) == (Party.INSTRUCTOR, "陈明")


@pytest.mark.parametrize("program", sorted(PROGRAMS))
def test_declined_declines_a_request_with_its_comment(
    app: Flask, asked: str, receive: Receive, program: str
) -> None:
    """Rule 17."""
    one = answer(app, asked, partstat="DECLINED", comment="那天在外地。")
    assert receive(PROGRAMS[program](one)) is MailOutcome.DECLINED
    with app.app_context():
        last = db.session().scalars(select(HistoryEntry).order_by(HistoryEntry.id)).all()[-1]
    assert (last.target, last.reason) == (State.DECLINED, "那天在外地。")


def test_a_declined_request_without_a_comment_says_so(
    app: Flask, asked: str, receive: Receive
) -> None:
    receive(clients.apple(answer(app, asked, partstat="DECLINED")))
    with app.app_context():
        last = db.session().scalars(select(HistoryEntry).order_by(HistoryEntry.id)).all()[-1]
    assert last.reason == "在日历中谢绝"


def test_declined_cancels_no_confirmed_lecture_but_asks_both_sides(
    app: Flask, promised: str, receive: Receive, time: Time
) -> None:
    """Rule 17."""
    before, told = state_of(app, promised), count(app)
    one = answer(app, promised, partstat="DECLINED")
    assert receive(clients.outlook(one)) is MailOutcome.STANDS
    assert state_of(app, promised) == before
    assert subjects(app, time, told) == [
        (CHEN, f"{promised} 仍然有效：要取消吗？"),
        (LI, f"陈明可能不能出席 {promised}"),
    ]


@pytest.mark.parametrize("program", sorted(PROGRAMS))
def test_counter_proposes_a_move(app: Flask, promised: str, receive: Receive, program: str) -> None:
    """Rule 17."""
    one = answer(app, promised, method="COUNTER", **FREE)
    assert receive(PROGRAMS[program](one)) is MailOutcome.PROPOSED
    with app.app_context():
        proposal = of_lecture(db.session(), lecture(app, promised).id)
        assert proposal is not None
        assert (proposal.kind, proposal.party) == (ProposalKind.MOVE, Party.INSTRUCTOR)
        assert [option.starts_at for option in proposal.options] == [FREE["starts_at"]]
    assert lecture(app, promised).state is State.CONFIRMED


def test_counter_of_the_branch_proposes_as_the_branch(
    app: Flask, promised: str, receive: Receive
) -> None:
    one = answer(app, promised, attendee=LI, method="COUNTER", **FREE)
    assert receive(clients.google(one)) is MailOutcome.PROPOSED
    with app.app_context():
        proposal = of_lecture(db.session(), lecture(app, promised).id)
        assert proposal is not None
        assert proposal.party is Party.BRANCH


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"starts_at": factories.at(5, 9), "ends_at": factories.at(5, 11)}, "时间"),
        ({"starts_at": factories.at(4, 9), "ends_at": factories.at(4, 10)}, "时长"),
        ({}, "不同"),
    ],
    ids=["closed", "shorter", "same"],
)
def test_a_counter_that_cannot_be_booked_is_answered_with_the_reason(
    app: Flask,
    promised: str,
    receive: Receive,
    time: Time,
    other: dict[str, datetime],
    why: str,
) -> None:
    """Rule 49."""
    before, told = state_of(app, promised), count(app)
    one = answer(app, promised, method="COUNTER", **other)
    assert receive(clients.outlook(one)) is MailOutcome.NOT_DONE
    assert state_of(app, promised) == before
    [(to, about)] = subjects(app, time, told)
    assert (to, about) == (CHEN, f"您的日历对 {promised} 的答复未能执行")


def test_a_second_counter_finds_the_first_one_open(
    app: Flask, promised: str, receive: Receive
) -> None:
    one = answer(app, promised, method="COUNTER", **FREE)
    later = one.but(stamped_at=one.stamped_at + timedelta(minutes=1), mark="2")
    assert receive(clients.outlook(one)) is MailOutcome.PROPOSED
    assert receive(clients.outlook(later)) is MailOutcome.NOT_DONE


def test_tentative_is_kept_and_changes_nothing(
    app: Flask, asked: str, receive: Receive, time: Time
) -> None:
    """Rule 17."""
    before, told = state_of(app, asked), count(app)
    assert receive(clients.google(answer(app, asked, partstat="TENTATIVE"))) is MailOutcome.NOTED
    assert (state_of(app, asked), subjects(app, time, told)) == (before, [])
    with app.app_context():
        assert [row.answer.value for row in db.session().scalars(select(AttendeeReply))] == [
            "tentative"
        ]


REFUSED: dict[str, tuple[dict[str, object], MailOutcome]] = {
    "forged: another sender": ({"sender": ZHOU}, MailOutcome.FORGED),
    "forged: an attendee who was not invited": ({"attendee": ZHOU}, MailOutcome.FORGED),
    "forged: the provider says so": (
        {"results": "dmarc=fail header.from=example.org; spf=pass smtp.mailfrom=example.org"},
        MailOutcome.UNCONFIRMED,
    ),
    "forged: signed by somebody else": (
        {"results": "dkim=pass header.d=evil.test; spf=pass smtp.mailfrom=evil.test"},
        MailOutcome.UNCONFIRMED,
    ),
    "unproven": ({"results": None}, MailOutcome.UNCONFIRMED),
    "stale: an earlier version": ({"sequence": 0}, MailOutcome.STALE),
    "stale: a version that never was": ({"sequence": 7}, MailOutcome.STALE),
    "stale: from the future": (
        {"stamped_at": datetime(2027, 1, 1, tzinfo=UTC)},
        MailOutcome.STALE,
    ),
    "foreign: an unknown UID": ({"uid": "unknown@elsewhere.example"}, MailOutcome.FOREIGN),
}


@pytest.mark.parametrize("method", ["REPLY", "COUNTER"])
@pytest.mark.parametrize("why", REFUSED)
def test_forged_stale_and_foreign_replies_change_nothing(
    app: Flask, promised: str, receive: Receive, why: str, method: str
) -> None:
    """Rules 17 and 47; each refusal is in the audit log, without an address."""
    before = state_of(app, promised)
    values, outcome = REFUSED[why]
    assert isinstance(values, dict)
    one = answer(app, promised, method=method, partstat="DECLINED", **FREE).but(**values)
    assert before[1] > 0
    assert receive(clients.google(one)) is outcome
    assert state_of(app, promised) == before
    with app.app_context():
        assert of_lecture(db.session(), lecture(app, promised).id) is None
        assert db.session().scalar(select(func.count()).select_from(AttendeeReply)) == 0
        query = select(AuditEntry).where(AuditEntry.action == Action.REPLY_REFUSED)
        [entry] = db.session().scalars(query)
        assert "example" not in str(entry.detail) + entry.subject_label


@pytest.mark.parametrize("partstat", ["ACCEPTED", "DECLINED"])
def test_a_named_attendee_is_not_asked_and_changes_nothing(
    app: Flask, people: Cast, promised: str, receive: Receive, partstat: str
) -> None:
    """Rule 52: not even with the Message-ID of the own invitation."""
    named = "named@example.org"
    naming = Naming(people.li.user, "zh_Hans_CN", factories.NOW, 5)
    with app.app_context(), unit_of_work() as session:
        name_attendee(session, number=promised, name="何宁", email=named, naming=naming)
    before = state_of(app, promised)
    one = answer(app, promised, attendee=named, partstat=partstat)
    told = one.but(in_reply_to=message_id(app, named))
    assert receive(clients.google(told)) is MailOutcome.FORGED
    assert state_of(app, promised) == before
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(AttendeeReply)) == 0


def test_an_older_reply_that_comes_later_changes_nothing(
    app: Flask, asked: str, receive: Receive
) -> None:
    """Rule 17: DTSTAMP must be newer than that attendee's last."""
    one = answer(app, asked, partstat="TENTATIVE")
    assert receive(clients.google(one)) is MailOutcome.NOTED
    older = one.but(partstat="ACCEPTED", stamped_at=one.stamped_at - timedelta(minutes=5), mark="2")
    assert receive(clients.google(older)) is MailOutcome.STALE
    assert lecture(app, asked).state is State.REQUESTED


def test_a_reply_about_the_request_is_stale_once_it_is_confirmed(
    app: Flask, asked: str, receive: Receive
) -> None:
    one = answer(app, asked)
    assert receive(clients.apple(one)) is MailOutcome.CONFIRMED
    later = one.but(partstat="DECLINED", stamped_at=one.stamped_at + timedelta(minutes=5), mark="2")
    assert receive(clients.apple(later)) is MailOutcome.STALE


def test_an_unconfirmed_reply_is_told_to_its_attendee_once(
    app: Flask, asked: str, receive: Receive, time: Time
) -> None:
    """Rule 48: the person may believe to have answered; forged mail must not send mail by us."""
    told = count(app)
    one = answer(app, asked, results=None)
    assert receive(clients.google(one)) is MailOutcome.UNCONFIRMED
    assert receive(clients.google(one.but(mark="2"))) is MailOutcome.UNCONFIRMED
    assert subjects(app, time, told) == [(CHEN, f"对 {asked} 的答复未被采纳")]


def test_who_names_the_message_id_of_our_mail_needs_no_other_proof(
    app: Flask, asked: str, receive: Receive
) -> None:
    """Rule 48."""
    one = answer(app, asked, results=None, in_reply_to=message_id(app))
    assert receive(clients.google(one)) is MailOutcome.CONFIRMED


def test_the_message_id_of_a_mail_to_somebody_else_proves_nothing(
    app: Flask, asked: str, receive: Receive
) -> None:
    one = answer(app, asked, results=None, in_reply_to=message_id(app, LI))
    assert receive(clients.google(one)) is MailOutcome.UNCONFIRMED


def test_results_of_another_server_prove_nothing(app: Flask, asked: str, receive: Receive) -> None:
    """Rule 48: a sender can write such a header, too; the topmost one counts."""
    forged = clients.google(answer(app, asked, results=None))
    forged = b"Authentication-Results: mx.evil.test; dkim=pass header.d=example.org\r\n" + forged
    assert receive(forged) is MailOutcome.UNCONFIRMED
    below = clients.google(answer(app, asked, mark="2"))
    below = b"Authentication-Results: mx.example.com; dkim=fail header.d=example.org\r\n" + below
    assert receive(below) is MailOutcome.UNCONFIRMED


def test_without_the_setting_the_name_is_enough(app: Flask, asked: str, receive: Receive) -> None:
    with app.app_context(), unit_of_work() as session:
        settings.change(session, REPLY_PROOF, SenderProof.NAMED.value, now=factories.NOW)
    one = answer(app, asked, results=None)
    assert receive(clients.google(one.but(sender=ZHOU, mark="2"))) is MailOutcome.FORGED
    assert receive(clients.google(one)) is MailOutcome.CONFIRMED


def test_an_address_that_is_the_persons_no_more_answers_nothing(
    app: Flask, people: Cast, asked: str, receive: Receive
) -> None:
    """Whoever has the old mailbox now is somebody else."""
    from booking.accounts.models import User

    with app.app_context(), unit_of_work() as session:
        session.get_one(User, people.chen.user).email = "new@example.org"
    assert receive(clients.google(answer(app, asked))) is MailOutcome.FORGED


def test_a_closed_account_answers_nothing(
    app: Flask, people: Cast, asked: str, receive: Receive
) -> None:
    from booking.accounts.models import User

    with app.app_context(), unit_of_work() as session:
        session.get_one(User, people.chen.user).active = False
    assert receive(clients.google(answer(app, asked))) is MailOutcome.FORGED


def test_a_branch_accepts_nothing_for_its_instructor(
    app: Flask, asked: str, receive: Receive
) -> None:
    assert receive(clients.google(answer(app, asked, attendee=LI))) is MailOutcome.NOTED
    assert lecture(app, asked).state is State.REQUESTED
