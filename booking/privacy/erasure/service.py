"""Erase a person: rows and texts about the person, the entry, the account.

The caller owns the transaction and has marked the leaving as `erasing`, without which the database
refuses to change its append-only tables.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from blinker import Signal
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts import access
from booking.accounts.models import User
from booking.instructors.engine import names
from booking.instructors.models import Instructor, Topic
from booking.privacy.erasure import audit_log, events, rows
from booking.privacy.erasure.fates import Fate, Holding
from booking.privacy.erasure.holdings import HOLDINGS
from booking.privacy.erasure.subject import Subject, subject_of
from booking.settings.models import StoredSetting

person_erasing = Signal("person_erasing")
"""Signal with `session`, `subject` (`Subject`) and `now`, before rows and texts are erased: for
features above this one, which have texts about a person in tables of their own."""


def erase(
    session: Session, *, user_id: int | None, instructor_ids: tuple[int, ...], now: datetime
) -> Subject:
    """Erase an account, entries, or both; what stays has a neutral label."""
    who = subject_of(session, user_id=user_id, instructor_ids=instructor_ids)
    person_erasing.send(session, subject=who, now=now)
    events.erase(session, who, now=now)
    for holding in HOLDINGS:
        rows.apply(session, _without_topics(holding), who)
    for instructor_id in instructor_ids:
        _empty_entry(session, instructor_id, who.label)
    if user_id is not None:
        _end_account(session, user_id, who, now)
    for holding in HOLDINGS:
        if holding.goes:
            rows.remove(session, holding, who)
    session.flush()
    session.expire_all()
    audit_log.erase(
        session, user_id=user_id, instructor_ids=instructor_ids, label=who.label, now=now
    )
    return who


def _without_topics(holding: Holding) -> Holding:
    """Titles of topics must differ from each other: `_empty_entry` writes them."""
    if holding.table is not Topic:
        return holding
    return Holding(holding.table, holding.scope, {"summary": Fate.EMPTY})


def _empty_entry(session: Session, instructor_id: int, label: str) -> None:
    """The row stays for its lectures. Nothing finds it, and its number tells it from others."""
    entry = session.get_one(Instructor, instructor_id)
    entry.name = f"{label} {instructor_id}"
    entry.sort_key = names.sort_key(entry.name, None)[:200]
    entry.name_pinyin = entry.gender = entry.birth_month = None
    entry.workplace = entry.title = entry.introduction = ""
    entry.search_text = entry.search_pinyin = entry.search_codes = ""
    entry.audience_bits = entry.format_bits = 0
    entry.listed = False
    entry.confirmed_at = entry.reminded_at = None
    with force_locale(i18n.languages()[0]):
        word = str(_("Topic"))
    for topic in session.scalars(select(Topic).where(Topic.instructor_id == instructor_id)):
        topic.title, topic.active = f"{word} {topic.id}", False
    session.flush()


def _end_account(session: Session, user_id: int, who: Subject, now: datetime) -> None:
    """Nobody can sign in with it again. What it did keeps pointing to a row without a name."""
    user = session.get_one(User, user_id)
    own = StoredSetting.changed_by.in_(who.names | who.contacts)
    session.execute(update(StoredSetting).where(own).values(changed_by=who.label))
    access.access_ended.send(session, user=user, membership=None, now=now)
    user.name, user.email, user.phone = who.label, f"former-{user_id}@invalid", None
    user.password = user.language = user.signed_in_at = None
    user.active = False
    user.fs_uniquifier = uuid.uuid4().hex
    user.fs_webauthn_user_handle = None
    user.tf_primary_method = user.tf_totp_secret = None
    user.totp_last_counter = user.mf_recovery_codes = user.factor_wait_until = None
    user.factor_failures = 0
    session.flush()
