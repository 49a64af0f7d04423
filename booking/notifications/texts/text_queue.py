"""Queues text messages: writes one in its reader's language, and stores it as a delivery."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts.models import User
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.models import Delivery
from booking.notifications.texts import content, limits
from booking.notifications.texts.engine.wordings import LONGEST_VALUE, TextTemplate, cut, wording
from booking.notifications.texts.words import SUBJECTS
from booking.settings import text_service
from booking.settings.engine.text_declarations import TextService


def language_of_texts(user: User) -> str:
    """The reader's language; with templates, the one in which they were approved."""
    first = i18n.languages()[0]
    if text_service.chosen() is TextService.TENCENT:
        return first
    return user.language if user.language in i18n.languages() else first


def queue_text(
    session: Session,
    *,
    user: User,
    template: TextTemplate,
    values: Mapping[str, str],
    link: str,
    kind: MessageKind,
    event_id: int | None,
    now: datetime,
    until: datetime | None = None,
    goes_out: datetime | None = None,
) -> Delivery:
    """Queue one text to an account's own number, in the caller's transaction.

    It goes out at `goes_out`, or now.
    `values` are of the language of `language_of_texts`. Beyond a limit per day the delivery is
    stored as given up, with the limit as its error: look at `next_try_at`. The database allows
    one message of an event to each number.
    """
    assert user.phone is not None
    language = language_of_texts(user)
    key = f"text-{secrets.token_hex(12)}"
    with force_locale(language):
        subject = str(SUBJECTS[template])
        told = {name: cut(value, LONGEST_VALUE) for name, value in values.items()}
        text = str(wording(template, told, link))
        day = i18n.local(now).date()
    over = limits.charge(session, user_id=user.id, phone=user.phone, day=day)
    told_content = content.TextContent(
        key=key,
        template=template,
        values=dict(values),
        text=text,
        link=link,
        language=language.replace("_", "-"),
        until=until,
    )
    delivery = Delivery(
        event_id=event_id,
        user_id=user.id,
        recipient=user.phone,
        channel=content.TEXT,
        kind=kind,
        message_id=key,
        # A code must not stay in the list of messages.
        subject=subject if template is TextTemplate.CODE else text[:255],
        message=content.write(told_content) if over is None else None,
        created_at=now,
        next_try_at=(goes_out or now) if over is None else None,
        last_error=None if over is None else over.value,
    )
    session.add(delivery)
    session.flush()
    return delivery
