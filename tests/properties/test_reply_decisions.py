"""Rule 17 as a property: whatever comes, only a proven and fresh reply does something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from booking.lectures.engine.states import State
from booking.replies.engine.contents import CalendarReply, Malformed, Method, Participation
from booking.replies.engine.decisions import (
    CLOCKS_DIFFER,
    Decision,
    Doubt,
    Invitation,
    ReplyAct,
    decide,
)
from booking.replies.engine.mail import read_mail
from booking.replies.engine.quotations import typed

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
STAMPS = st.integers(-3, 30).map(lambda minutes: NOW + timedelta(minutes=minutes))
REPLIES = st.builds(
    CalendarReply,
    method=st.sampled_from(Method),
    uid=st.just("uid"),
    sequence=st.integers(0, 3),
    stamped_at=STAMPS,
    attendee=st.just("chen@example.org"),
    answer=st.sampled_from(Participation),
)
INVITATIONS = st.builds(
    Invitation,
    state=st.sampled_from(State),
    sequence=st.integers(0, 3),
    invited=st.booleans(),
    sent_by_attendee=st.booleans(),
    confirmed_sender=st.booleans(),
    last_stamp=st.none() | STAMPS,
    instructs=st.booleans(),
    takes_part=st.booleans(),
)
CHANGES = {ReplyAct.CONFIRM, ReplyAct.DECLINE, ReplyAct.PROPOSE, ReplyAct.ASK}


def proven_and_fresh(reply: CalendarReply, known: Invitation) -> bool:
    """Rule 17 in its most obvious form."""
    newer = known.last_stamp is None or reply.stamped_at > known.last_stamp
    return (
        known.invited
        and known.sent_by_attendee
        and known.confirmed_sender
        and reply.sequence == known.sequence
        and newer
        and reply.stamped_at <= NOW + CLOCKS_DIFFER
    )


@given(REPLIES, INVITATIONS)
def test_only_a_proven_and_fresh_reply_is_taken(reply: CalendarReply, known: Invitation) -> None:
    """Rules 17 and 47."""
    decision = decide(reply, known, now=NOW)
    assert (decision.act is not ReplyAct.REFUSE) is proven_and_fresh(reply, known)
    assert (decision.doubt is None) is (decision.act is not ReplyAct.REFUSE)


@given(REPLIES, INVITATIONS)
def test_what_it_does_depends_on_the_state(reply: CalendarReply, known: Invitation) -> None:
    """Rule 17: nothing but a request is answered, and nothing cancels."""
    act = decide(reply, known, now=NOW).act
    if act in {ReplyAct.CONFIRM, ReplyAct.DECLINE}:
        assert known.state is State.REQUESTED
        assert known.instructs
        assert reply.method is Method.REPLY
    if act is ReplyAct.ASK:
        assert (known.state, reply.answer) == (State.CONFIRMED, Participation.DECLINED)
    if act in CHANGES:
        assert known.state in {State.REQUESTED, State.CONFIRMED}
        assert reply.answer is not Participation.TENTATIVE or reply.method is Method.COUNTER


@given(REPLIES)
def test_an_unknown_uid_is_foreign(reply: CalendarReply) -> None:
    assert decide(reply, None, now=NOW) == Decision(ReplyAct.REFUSE, Doubt.FOREIGN)


@given(REPLIES, INVITATIONS)
def test_a_reply_that_was_taken_is_stale_afterwards(
    reply: CalendarReply, known: Invitation
) -> None:
    """Handled twice it does nothing more, even without the record of the mail."""
    if not proven_and_fresh(reply, known):
        return
    after = Invitation(
        **{name: getattr(known, name) for name in Invitation.__slots__}
        | {"last_stamp": reply.stamped_at}
    )
    assert decide(reply, after, now=NOW).doubt is Doubt.STALE


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_malformed(raw: bytes) -> None:
    try:
        read_mail(b"From: a@example.org\r\nContent-Type: text/calendar\r\n\r\n" + raw)
        read_mail(raw)
    except Malformed:
        pass


@given(
    st.text(max_size=300), st.sampled_from(["发件人：约课", "> x", "------ 原始邮件 ------", "-- "])
)
def test_nothing_after_a_quotation_is_kept(text: str, mark: str) -> None:
    answer = "甲乙丙"
    body = typed(f"{answer}\n{mark}\n" + "".join(f"> {line}\n" for line in text.splitlines()))
    assert body == answer
