"""The mail interface of Flask-Security: its mails are stored as deliveries."""

from __future__ import annotations

from typing import Any

from flask import after_this_request, has_request_context
from flask.wrappers import Response
from flask_security.mail_util import MailUtil

from booking import clock, i18n, jobs
from booking.calendars.engine.mime import invitation
from booking.db import after_commit, commit_library_work, db
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.mail_queue import message_id, store
from booking.settings import mail_server


class QueuedMail(MailUtil):
    """Flask-Security's mail interface, which stores its mails as deliveries."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str] | None,
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        """Store a mail as a delivery; it is committed at the end of the request.

        A CLI command has no request: its unit of work commits. Whoever has no address gets none.
        """
        if not recipient:
            return
        address = recipient if isinstance(recipient, str) else recipient[1]
        now = clock.now()
        mail = invitation(
            sender=mail_server.sender(),
            sender_name=i18n.site_name(),
            to=address,
            to_name="",
            subject=str(subject),
            text=body or "",
            html=html or "",
            calendar=None,
            method=None,
            message_id=message_id(0, f"{address} {template} {now.isoformat()}"),
            date=now,
        )
        store(
            db.session(),
            mail,
            recipient=address,
            event_id=None,
            kind=MessageKind.ACCOUNT,
            now=now,
        )
        if has_request_context():
            after_this_request(_commit_and_wake)
        else:
            after_commit(db.session(), "wake", jobs.wake)


def _commit_and_wake(response: Response) -> Response:
    commit_library_work()
    jobs.wake()
    return response
