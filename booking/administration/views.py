"""The page that leads to everything that coordinators and administrators keep."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from booking.accounts.guards import may, requires
from booking.administration.checklist.steps import checklist
from booking.administration.menu import SECTIONS, Section, is_reached
from booking.administration.settings_pages import views as settings_pages
from booking.administration.setup import views as setup_pages
from booking.administration.texts import views as text_pages

blueprint = Blueprint("administration", __name__)
settings_pages.register(blueprint)
setup_pages.register(blueprint)
text_pages.register(blueprint)
blueprint.add_app_template_global(checklist)
blueprint.add_app_template_global(is_reached, "in_manage_menu")


@blueprint.get("/manage")
@requires("manage.open")
def menu() -> ResponseReturnValue:
    """The sections and pages that this person may open."""
    return render_template("administration/menu.html", sections=_open_sections())


def _open_sections() -> list[Section]:
    sections = (
        Section(section.name, tuple(item for item in section.items if may(item.permission)))
        for section in SECTIONS
    )
    return [section for section in sections if section.items]
