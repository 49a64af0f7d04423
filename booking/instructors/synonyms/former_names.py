"""Synonyms that follow a field whose name changes. The caller owns the transaction.

Who searches for the former name, or for a word that meant it, finds what has the new name. The
words of titles stay as their authors wrote them; so the old synonyms stay too.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from booking.instructors.engine import names
from booking.instructors.models import Synonym
from booking.instructors.synonyms.service import MOST


def follow(session: Session, former: str, present: str) -> list[int]:
    """Add what is missing, and return the ids of what was added, for `forget`.

    Only names of one word have synonyms; none is added beyond `MOST`.
    """
    old, new = names.words(former), names.words(present)
    if len(old) != 1 or len(new) != 1 or old == new:
        return []
    meant = session.scalars(
        select(Synonym.word).where(Synonym.means == old[0]).order_by(Synonym.id)
    ).all()
    known = set(session.scalars(select(Synonym.word).where(Synonym.means == new[0])))
    room = MOST - (session.scalar(select(func.count(Synonym.id))) or 0)
    wanted = [
        word for word in dict.fromkeys([*old, *meant]) if word not in known and word != new[0]
    ]
    added = [Synonym(word=word, means=new[0]) for word in wanted[: max(0, room)]]
    session.add_all(added)
    session.flush()
    return [one.id for one in added]


def forget(session: Session, synonym_ids: Sequence[int]) -> None:
    """Take back what `follow` added, as far as it is still there."""
    session.execute(delete(Synonym).where(Synonym.id.in_(synonym_ids)))
