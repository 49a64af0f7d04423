"""Queries of the list of orders: how many there are of each kind, and a page of those that fit."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor, Role
from booking.accounts.models import Organisation
from booking.accounts.queries import lies_under
from booking.directory.engine.url_parameters import read_page
from booking.lectures.board.engine.filters import LONGEST_WORDS, search_patterns
from booking.orders.engine.lifecycle import UNMET, OrderState
from booking.orders.models import Order
from booking.orders.queries import lines as line_options

PAGE_LENGTH = 50
"""Orders of one page."""


class OrderList(enum.StrEnum):
    """Which orders the list shows."""

    OPEN = "open"
    OFFERED = "offered"
    PUBLISHED = "published"
    UNMET = "unmet"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """What the list shows; without values: all that is to be dispatched."""

    show: OrderList = OrderList.OPEN
    region: str = ""
    """The code of a region in which the branch lies."""
    words: str = ""
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether more than the choice of the list narrows it."""
        return bool(self.region or self.words)

    def query(self) -> dict[str, str]:
        """The parameters of the URL that `read_filters` reads back as these filters."""
        values = {
            "show": "" if self.show is OrderList.OPEN else self.show.value,
            "region": self.region,
            "q": self.words,
            "page": str(self.page) if self.page > 1 else "",
        }
        return {name: value for name, value in values.items() if value}


def read_filters(parameters: Mapping[str, str], regions: Sequence[str]) -> OrderFilters:
    """The filters that the parameters of a URL say; a value that is none is left out."""
    show, region = parameters.get("show", ""), parameters.get("region", "")
    words = " ".join(parameters.get("q", "").split())[:LONGEST_WORDS]
    return OrderFilters(
        show=OrderList(show) if show in set(OrderList) else OrderList.OPEN,
        region=region if region in regions else "",
        words=words if search_patterns(words) else "",
        page=read_page(parameters),
    )


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """How many orders of the actor's scope each list has, but for all."""

    open: int
    offered: int
    published: int
    unmet: int


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of the orders that fit, and the number of all."""

    orders: Sequence[Order]
    total: int
    page: int = 1

    @property
    def pages(self) -> int:
        """The number of pages."""
        return max(1, -(-self.total // PAGE_LENGTH))


def in_scope(who: Actor) -> ColumnElement[bool]:
    """SQL condition: the actor coordinates the branch's region; `Organisation` must be joined."""
    if who.has(Role.ADMIN):
        return true()
    return or_(false(), *(lies_under(Organisation.region_code, scope) for scope in who.scopes))


_CONDITIONS: dict[OrderList, ColumnElement[bool]] = {
    OrderList.OPEN: and_(Order.state == OrderState.OPEN, Order.merged_into_id.is_(None)),
    OrderList.OFFERED: and_(Order.state == OrderState.OFFERED, Order.merged_into_id.is_(None)),
    OrderList.PUBLISHED: and_(Order.state == OrderState.OPEN, Order.published_at.is_not(None)),
    OrderList.UNMET: Order.state.in_(UNMET),
    OrderList.ALL: true(),
}


def counts(session: Session, who: Actor) -> OrderCounts:
    """The numbers of the lists. One query."""
    kinds = (OrderList.OPEN, OrderList.OFFERED, OrderList.PUBLISHED, OrderList.UNMET)
    query = (
        select(*(func.count().filter(_CONDITIONS[kind]) for kind in kinds))
        .select_from(Order)
        .join(Order.organisation)
        .where(in_scope(who))
    )
    return OrderCounts(*map(int, session.execute(query).one()))


def page_of_orders(session: Session, who: Actor, filters: OrderFilters) -> OrderPage:
    """A page of the orders that fit; the first one if the page is beyond the last."""
    query = (
        select(Order, func.count().over())
        .join(Order.organisation)
        .where(in_scope(who), _CONDITIONS[filters.show], *_narrowing(filters))
        .options(*line_options())
        .order_by(*_order(filters))
        .limit(PAGE_LENGTH)
        .offset((filters.page - 1) * PAGE_LENGTH)
    )
    rows = session.execute(query).all()
    if not rows and filters.page > 1:
        return page_of_orders(session, who, replace(filters, page=1))
    return OrderPage([row[0] for row in rows], rows[0][1] if rows else 0, filters.page)


def _narrowing(filters: OrderFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.region:
        found.append(lies_under(Organisation.region_code, filters.region))
    for pattern in search_patterns(filters.words):
        columns = (Order.number, Organisation.name, Order.wish)
        found.append(or_(*(column.ilike(pattern) for column in columns)))
    return found


def _order(filters: OrderFilters) -> tuple[ColumnElement[Any], ...]:
    """What expires first comes first; of all and of the unmet the latest first."""
    if filters.show in (OrderList.UNMET, OrderList.ALL):
        return (Order.id.desc(),)
    return (Order.expires_at.asc(), Order.id.asc())
