"""The page with all components. It shows invented people and lectures and writes nothing."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import only_here, requires
from booking.lectures.engine.errors import SlotTaken
from booking.lectures.engine.lifecycle import State
from booking.styleguide.forms import refused_sample, sample

blueprint = Blueprint("styleguide", __name__)

INSTRUCTOR = SimpleNamespace(
    id=1,
    name="陈明",
    name_pinyin=None,
    title="副高级",
    workplace="栖云市中心医院（虚构）",
    region_code="990102",
)


@blueprint.route("/styleguide", methods=["GET", "POST"])
@requires("public")
def show() -> ResponseReturnValue:
    """Every component in every state; language and theme by the switches of every page.

    Its forms change nothing; they come back with a message.
    """
    only_here(current_app.config["STYLEGUIDE"])
    if request.method == "POST":
        flash(_("Thank you, this is noted."), "success")
        return redirect(url_for("styleguide.show"), 303)
    lectures = [_lecture(state) for state in State]
    return render_template(
        "styleguide/show.html",
        form=sample("plain"),
        refused=refused_sample("refused"),
        refusal=SlotTaken(),
        lectures=lectures,
        topic=SimpleNamespace(id=1, title="急救入门", minutes=90, instructor=INSTRUCTOR),
    )


def _lecture(state: State) -> SimpleNamespace:
    starts_at = clock.now().replace(hour=1, minute=0, second=0, microsecond=0) + timedelta(days=9)
    return SimpleNamespace(
        number="YK-2026-000000",
        title="急救入门",
        state=state,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        instructor=INSTRUCTOR,
        organisation=SimpleNamespace(name="听澜区第一支部"),
        place="文化馆二楼会议室",
        attendees=60,
        audience=None,
        note="听众多为新任网格员，请多讲案例。",
    )
