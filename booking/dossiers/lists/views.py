"""Lists to file: which ones there are, one of them by pages, and its files."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from booking import clock, i18n
from booking.accounts.engine.roles import Role
from booking.accounts.guards import acting, actor, authorise, may, requires, signed_in_id
from booking.accounts.models import Region
from booking.db import db, unit_of_work
from booking.dossiers.lists import queries, service
from booking.dossiers.lists.engine.columns import NARROW, Order, OwnerKind, columns_of
from booking.dossiers.lists.engine.periods import (
    OWN,
    FiledPeriod,
    Reading,
    choices,
    chosen,
    read_period,
    shorter,
)
from booking.dossiers.lists.errors import TooManyRows
from booking.dossiers.lists.lines import file_name, head, line, sums_line, title
from booking.dossiers.lists.owners import PERMISSIONS, ListOwner, owner_of
from booking.dossiers.lists.service import MIMETYPES, ListFormat
from booking.dossiers.lists.words import ORDERS, period_words
from booking.dossiers.names import paper_name
from booking.errors import DomainError, NotFound
from booking.exports.service import LARGE, ask
from booking.instructors.models import Instructor
from booking.web.downloads import attachment
from booking.web.problems import on_page

PAGE = 50
"""Lectures of one page."""

MOST_PAGES = 100_000


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    blueprint.add_url_rule("/dossiers", "overview", overview)
    one = f"/dossiers/<any({','.join(OwnerKind)}):side>/<owner>"
    blueprint.add_url_rule(one, "listing", listing)
    blueprint.add_url_rule(f"{one}/file.<any(xlsx,pdf):kind>", "listing_file", listing_file)


@requires("dossier.read")
def overview() -> ResponseReturnValue:
    """The lists that the reader may have: of own branches, the own one, of own regions."""
    session, who = db.session(), actor()
    query = select(Instructor).where(Instructor.id.in_(who.instructor_ids))
    instructors = session.scalars(query.order_by(Instructor.id)).all()
    regions = select(Region).where(Region.code.in_(who.scopes))
    if who.has(Role.ADMIN):
        regions = select(Region).where(
            Region.parent_code.is_(None), Region.merged_into_code.is_(None)
        )
    own = [(OwnerKind.BRANCH, str(unit.id), unit.name) for unit in who.units]
    own += [(OwnerKind.INSTRUCTOR, str(one.id), paper_name(one)) for one in instructors]
    own += [
        (OwnerKind.REGION, one.code, i18n.data_name(one.name, one.name_en))
        for one in session.scalars(regions.order_by(Region.code))
    ]
    return render_template("dossiers/overview.html", own=own)


@requires("dossier.read")
def listing(side: str, owner: str) -> ResponseReturnValue:
    """The lectures of a branch, an instructor or a region in a period, by pages."""
    return _listing(_owner(side, owner), _reading())


def _listing(
    whose: ListOwner, reading: Reading, refusal: DomainError | None = None
) -> ResponseReturnValue:
    session, now = db.session(), clock.now()
    order, page = _order(), _page_number()
    period, zone = reading.period, i18n.zone()
    sums = queries.sums(session, whose, period, zone)
    pages = max(1, -(-sums.lectures // PAGE))
    page = min(page, pages)
    before = (page - 1) * PAGE
    columns = tuple(one for one in columns_of(whose.side) if one not in NARROW)
    found = queries.rows(session, whose, period, zone, order=order, limit=PAGE, offset=before)
    text = render_template(
        "dossiers/list.html",
        owner=whose,
        title=title(whose),
        period=period,
        period_words=period_words(period),
        choices=[(one, period_words(known)) for one in _choices(reading) if (known := chosen(one))],
        typed=request.args if reading.wrong else period.typed(),
        wrong=_wrong(reading),
        own=OWN,
        address=_address(whose, period, order),
        order=order,
        orders=ORDERS,
        columns=columns,
        head=head(columns),
        rows=found,
        lines=[line(row, before + at, columns, whose, now) for at, row in enumerate(found, 1)],
        sums=sums_line(sums) if sums.lectures else "",
        total=sums.lectures,
        page=page,
        pages=pages,
        by=whose.side is OwnerKind.REGION,
        coordinates=actor().coordinates,
        certificates=whose.side is OwnerKind.INSTRUCTOR,
        refusal=refusal,
        shorter=[
            (period_words(one), _address(whose, one, order))
            for one in (shorter(period) if refusal else ())
        ],
    )
    if refusal is not None:
        return text, refusal.status
    return text, 422 if reading.wrong else 200


@requires("dossier.read")
def listing_file(side: str, owner: str, kind: str) -> ResponseReturnValue:
    """The whole list as a file, recorded; large ones of coordinators by the worker.

    Where one file would have too many rows, the page offers shorter periods.
    """
    session, now = db.session(), clock.now()
    whose, reading, order, form = _owner(side, owner), _reading(), _order(), ListFormat(kind)
    if reading.wrong:
        raise NotFound()
    period = reading.period
    rows = queries.sums(session, whose, period, i18n.zone()).lectures
    filename = file_name(whose, period, form.value)
    by_worker = rows > LARGE and may("dossier.region")
    try:
        service.check_rows(rows, form, by_worker=by_worker)
    except on_page(TooManyRows) as refusal:
        return _listing(whose, reading, refusal)
    if not by_worker:
        data = service.made(session, whose, period, order, form, by=acting(), now=now)
        return attachment(data, filename, MIMETYPES[form])
    session.rollback()
    with unit_of_work() as writing:
        key = ask(
            writing,
            kind=service.KIND,
            choice=service.choice_of(whose, period, order, form),
            rows=rows,
            filename=filename,
            mimetype=MIMETYPES[form],
            user_id=signed_in_id(),
            language=i18n.selected_language(),
            now=now,
        ).key
    return redirect(url_for("exports.show", key=key), 303)


def _owner(side: str, key: str) -> ListOwner:
    owner = owner_of(db.session(), OwnerKind(side), key)
    permission = PERMISSIONS[owner.side]
    if not may(permission):
        raise NotFound()
    authorise(permission, owner.subject())
    return owner


def _address(owner: ListOwner, period: FiledPeriod, order: Order) -> dict[str, str]:
    """The values of the address of this list, without the page."""
    values = {"side": owner.side.value, "owner": owner.key, **period.typed()}
    return values if order is Order.DAY else {**values, "by": order.value}


def _reading() -> Reading:
    return read_period(request.args, i18n.today())


def _choices(reading: Reading) -> list[str]:
    """What can be chosen, with what is chosen now."""
    found, choice = choices(i18n.today()), reading.period.choice
    return found if not choice or choice in found else [choice, *found]


def _order() -> Order:
    asked = request.args.get("by", "")
    return Order(asked) if asked in set(Order) else Order.DAY


def _page_number() -> int:
    page = request.args.get("page", "")
    known = page.isascii() and page.isdecimal() and len(page) <= 6
    return max(1, min(int(page), MOST_PAGES)) if known else 1


def _wrong(reading: Reading) -> dict[str, str]:
    words = {
        "period": _("Choose one of the periods."),
        "from": _("Enter the first day, such as 2026-01-01."),
        "to": _("Enter the last day, which is not before the first one."),
    }
    return {name: words[name] for name in reading.wrong}
