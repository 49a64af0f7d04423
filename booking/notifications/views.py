"""The pages that show the mail in the mail folder, where no mail server is configured.

Mails contain password-reset links of administrators, so only administrators may read them;
except in a local demonstration, whose passwords are public anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from booking import audit, i18n
from booking.accounts.guards import may, only_here, requires
from booking.errors import NotFound
from booking.notifications.choices import views as choice_views
from booking.notifications.deliveries import views as deliveries
from booking.notifications.robots import views as robots
from booking.notifications.texts import views as text_views
from booking.notifications.transmission.delivery import mail_folder
from booking.settings import mail_server
from booking.web import loopback

blueprint = Blueprint("notifications", __name__)
choice_views.register(blueprint)
text_views.register(blueprint)
deliveries.register(blueprint)
robots.register(blueprint)

SHOWN = 100


def _exists() -> bool:
    return mail_server.smtp_url() is None and not current_app.config["PRODUCTION"]


def _is_open() -> bool:
    """Whether no sign-in is needed: a demonstration, requested from the machine it runs on."""
    return _exists() and loopback.is_local_request() and loopback.has_demonstration()


@blueprint.app_context_processor
def mail_page() -> dict[str, Callable[[], bool]]:
    """Template functions: whether the menu links to the page; whether mail is written to files."""
    return {
        "shows_mail": lambda: (
            _exists() and loopback.has_demonstration() and (may("mail.read") or _is_open())
        ),
        "mail_is_files": _exists,
    }


@blueprint.get("/mail")
@requires("mail.read", unless=_is_open)
def mail() -> ResponseReturnValue:
    """The list of mails, newest first."""
    only_here(_exists())
    audit.record_apart(audit.Action.MAIL_READ, address=request.remote_addr)
    folder = mail_folder()
    paths = sorted(folder.glob("*.eml"), reverse=True)[:SHOWN] if folder.exists() else []
    return render_template(
        "notifications/mail.html",
        mails=[(path.stem, _read(path.read_bytes())) for path in paths],
        language_of=i18n.language_tag_of,
    )


@blueprint.get("/mail/<int:number>")
@requires("mail.read", unless=_is_open)
def one_mail(number: int) -> ResponseReturnValue:
    """One mail, with its calendar part."""
    only_here(_exists())
    path = mail_folder() / f"{number:08d}.eml"
    if not path.exists():
        raise NotFound()
    about = audit.About(audit.SubjectKind.MAIL, number)
    audit.record_apart(audit.Action.MAIL_READ, about=about, address=request.remote_addr)
    message = _read(path.read_bytes())
    body = message.get_body(("plain",))
    calendar = next((p for p in message.walk() if p.get_content_type() == "text/calendar"), None)
    return render_template(
        "notifications/one_mail.html",
        mail=message,
        body=body.get_content() if body else "",
        calendar=calendar.get_content() if calendar else None,
    )


def _read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)
