"""The page that shows written mail, where no mail server is configured."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from booking.accounts.guards import only_here, requires
from booking.errors import NotFound
from booking.notifications.delivery import mail_folder

blueprint = Blueprint("notifications", __name__)

SHOWN = 100


def _exists() -> bool:
    return bool(current_app.config["SHOW_MAIL"])


@blueprint.app_context_processor
def mail_page() -> dict[str, bool]:
    """Whether the menu names the page."""
    return {"shows_mail": _exists()}


@blueprint.get("/mail")
@requires("demo.mail")
def mail() -> ResponseReturnValue:
    """The newest mail first."""
    only_here(_exists())
    folder = mail_folder()
    paths = sorted(folder.glob("*.eml"), reverse=True)[:SHOWN] if folder.exists() else []
    return render_template(
        "notifications/mail.html", mails=[(path.stem, _read(path.read_bytes())) for path in paths]
    )


@blueprint.get("/mail/<int:number>")
@requires("demo.mail")
def one_mail(number: int) -> ResponseReturnValue:
    """One mail as its reader sees it, with its calendar part."""
    only_here(_exists())
    path = mail_folder() / f"{number:08d}.eml"
    if not path.exists():
        raise NotFound()
    found = _read(path.read_bytes())
    body = found.get_body(("plain",))
    calendar = next((p for p in found.walk() if p.get_content_type() == "text/calendar"), None)
    return render_template(
        "notifications/one_mail.html",
        mail=found,
        body=body.get_content() if body else "",
        calendar=calendar.get_content() if calendar else None,
    )


def _read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)
