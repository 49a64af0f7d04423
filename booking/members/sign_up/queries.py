"""Reads requests to join, and the organisations that they may mean."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, lazyload

from booking.accounts.engine.roles import Actor
from booking.accounts.models import Organisation
from booking.accounts.queries import lies_under
from booking.errors import NotFound
from booking.members.engine.pages import AT_ONCE, Page
from booking.members.engine.similar_names import similar
from booking.members.engine.states import JoinState
from booking.members.models import JoinRequest
from booking.members.scopes import within_scope

MOST_COMPARED = 5000
"""Organisations whose names are compared with that of a request."""


def requests(session: Session, actor: Actor, *, state: JoinState, number: int) -> Page[JoinRequest]:
    """Requests in the actor's regions: of those that wait the oldest first, else the newest."""
    conditions = (within_scope(actor, JoinRequest.region_code), JoinRequest.state == state)
    total = session.scalar(select(func.count(JoinRequest.id)).where(*conditions))
    newest_first = JoinRequest.decided_at.desc()
    order = JoinRequest.created_at if state is JoinState.WAITING else newest_first
    query = select(JoinRequest).where(*conditions).options(joinedload(JoinRequest.region))
    query = query.order_by(order, JoinRequest.id).limit(AT_ONCE).offset((number - 1) * AT_ONCE)
    return Page(session.scalars(query).all(), total or 0, number)


def waiting(session: Session, actor: Actor) -> int:
    """How many requests wait for the actor."""
    conditions = (
        within_scope(actor, JoinRequest.region_code),
        JoinRequest.state == JoinState.WAITING,
    )
    return session.scalar(select(func.count(JoinRequest.id)).where(*conditions)) or 0


def request_in_scope(
    session: Session, actor: Actor, request_id: int, *, lock: bool = False
) -> JoinRequest:
    """One request in the actor's regions; `NotFound` for others."""
    query = select(JoinRequest).where(
        JoinRequest.id == request_id, within_scope(actor, JoinRequest.region_code)
    )
    if lock:
        query = query.with_for_update(of=JoinRequest)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def similar_organisations(
    session: Session, actor: Actor, request: JoinRequest
) -> list[Organisation]:
    """Known organisations of the actor's regions in the request's city with a similar name."""
    city = f"{request.region_code[:4]}00"
    query = (
        select(Organisation)
        .where(
            within_scope(actor, Organisation.region_code),
            lies_under(Organisation.region_code, city),
        )
        .options(lazyload(Organisation.region))
        .order_by(Organisation.id)
        .limit(MOST_COMPARED)
    )
    known = {one.id: one for one in session.scalars(query)}
    names = ((key, one.name) for key, one in known.items())
    return [known[key] for key in similar(request.organisation_name, names)]
