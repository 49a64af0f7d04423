"""The text pages as everybody reads them, and the pages on which they are written."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.guards import requires
from booking.administration.texts import queries, service
from booking.administration.texts.engine.markdown import html
from booking.administration.texts.engine.pages import TextPage
from booking.administration.texts.forms import TextForm
from booking.administration.texts.words import LANGUAGE_NAMES, TITLES, default_body
from booking.administration.words import changed_by
from booking.db import db, unit_of_work
from booking.errors import NotFound
from booking.privacy.notice.sections import Notice, notice
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    blueprint.add_url_rule("/about", "about", about)
    blueprint.add_url_rule("/privacy", "privacy", privacy)
    blueprint.add_url_rule("/contact", "contact", contact)
    blueprint.add_url_rule("/manage/texts", "texts", overview)
    blueprint.add_url_rule(
        "/manage/texts/<code>/<language>", "text", write, methods=["GET", "POST"]
    )
    blueprint.add_url_rule(
        "/manage/texts/versions/<int:version_id>/restore",
        "restore_text",
        restore,
        methods=["POST"],
    )


@requires("public")
def about() -> ResponseReturnValue:
    """What this installation is."""
    return _shown(TextPage.ABOUT)


@requires("public")
def privacy() -> ResponseReturnValue:
    """Which personal data are kept, why, who sees them and for how long: text, then the tables."""
    return _shown(TextPage.PRIVACY, notice())


@requires("public")
def contact() -> ResponseReturnValue:
    """Whom to ask."""
    return _shown(TextPage.CONTACT)


def _shown(page: TextPage, tables: Notice | None = None) -> ResponseReturnValue:
    body = queries.body_of(db.session(), page, i18n.selected_language())
    return render_template(
        "administration/texts/show.html", title=TITLES[page], text=html(body), notice=tables
    )


@requires("settings.edit")
def overview() -> ResponseReturnValue:
    """All pages in all languages, with who wrote them last."""
    return render_template(
        "administration/texts/overview.html",
        pages=TITLES,
        languages_offered=[(code, LANGUAGE_NAMES[code]) for code in i18n.languages()],
        latest=queries.latest(db.session()),
        changed_by=changed_by,
    )


@requires("settings.edit")
@keeps_typed
def write(code: str, language: str) -> ResponseReturnValue:
    """Write one page in one language, with a preview and the versions before."""
    page = _page_called(code, language)
    if request.method == "GET":
        body = queries.body_of(db.session(), page, language)
        return _editor(page, language, TextForm(formdata=None, data={"body": body}))
    form = TextForm()
    if "preview" in request.form and form.validate():
        return _editor(page, language, form, preview=True)
    return submitted(
        form,
        lambda: _save(page, language, form),
        lambda status: _editor(page, language, form, status=status),
    )


def _page_called(code: str, language: str) -> TextPage:
    if language not in i18n.languages() or code not in set(TextPage):
        raise NotFound()
    return TextPage(code)


def _save(page: TextPage, language: str, form: TextForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        differs = service.write(session, page, language, form.body.data or "", now=clock.now())
    flash(_("Saved.") if differs else _("Nothing was changed."), "success")
    return redirect(url_for("administration.text", code=page.value, language=language), 303)


def _editor(
    page: TextPage, language: str, form: TextForm, *, preview: bool = False, status: int = 200
) -> ResponseReturnValue:
    text = render_template(
        "administration/texts/edit.html",
        page=page,
        title=TITLES[page],
        language=language,
        language_name=LANGUAGE_NAMES[language],
        form=form,
        preview=html(form.body.data or default_body(page, language)) if preview else None,
        versions=queries.versions(db.session(), page, language),
        changed_by=changed_by,
    )
    return text, status


@requires("settings.edit")
def restore(version_id: int) -> ResponseReturnValue:
    """Say again what an earlier version said."""
    with unit_of_work() as session:
        version = service.restore(session, version_id, now=clock.now())
    flash(_("The page says again what it said then."), "success")
    target = url_for("administration.text", code=version.page.value, language=version.language)
    return redirect(target, 303)
