"""The visibility of each datum (按需公开): who sees it always, by consent, or by a recorded act.

Sources: Personal Information Protection Law (PIPL), articles 6 (no more than needed), 13 (legal
basis), 14 and 15 (consent, withdrawal), 23 (passing on), 25 (publishing), 51 (protection).
Pages, the API, searches, feeds, exports and mail show what `access` of this table allows.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from booking.visibility.engine.data import Datum
from booking.visibility.engine.readers import Access, Purpose, Reader

EVERYBODY = frozenset(Reader)
KEEPERS = frozenset({Reader.COORDINATOR, Reader.PERSON})
SIDES = KEEPERS | {Reader.COUNTERPART}
"""Of a lecture or an order: who typed a text, to whom it is written, and their coordinators."""
ALONE = frozenset({Reader.PERSON})
NOBODY: frozenset[Reader] = frozenset()


class LegalBasis(enum.StrEnum):
    """Why a datum is processed at all (PIPL article 13, first paragraph)."""

    CONSENT = "consent"
    """Item 1: the person agreed."""
    CONTRACT = "contract"
    """Item 2: a contract with the person, or the management of those who work for the body."""
    DUTY = "duty"
    """Item 3: a duty by law, such as the security of networks."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who sees one datum, how, and by which articles."""

    always: frozenset[Reader] = NOBODY
    """These see the whole value."""
    by_consent: Mapping[Purpose, frozenset[Reader]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """With a consent to the purpose in force, these can see it as well."""
    masked: frozenset[Reader] = NOBODY
    """These see a masked value if they see no more."""
    recorded: frozenset[Reader] = NOBODY
    """These see the whole value only by an act that is recorded, also where a consent lets them:
    all but the purposes of publishing."""
    basis: LegalBasis = LegalBasis.CONTRACT
    articles: tuple[int, ...] = (6, 13)
    """Articles of the PIPL."""


_CONTACT = Rule(
    always=ALONE,
    by_consent=MappingProxyType(
        {
            Purpose.PUBLISH: EVERYBODY,
            Purpose.BRANCHES: frozenset({Reader.MEMBER}),
            Purpose.LECTURES: frozenset({Reader.COUNTERPART}),
        }
    ),
    masked=frozenset({Reader.COORDINATOR}),
    recorded=frozenset({Reader.MEMBER, Reader.COUNTERPART, Reader.GRANTED, Reader.COORDINATOR}),
    basis=LegalBasis.CONSENT,
    articles=(6, 13, 14, 15, 23, 25),
)
_PUBLIC = Rule(always=EVERYBODY, articles=(6, 13, 25))
_KEPT = Rule(always=KEEPERS)
_SIDES = Rule(always=SIDES)
_OWN = Rule(always=ALONE, articles=(6, 13, 51))
_SECURITY = replace(_OWN, basis=LegalBasis.DUTY)

VISIBILITY: Mapping[Datum, Rule] = MappingProxyType(
    {
        Datum.NAME: _PUBLIC,
        Datum.TITLE: _PUBLIC,
        Datum.WORKPLACE: _PUBLIC,
        Datum.BIOGRAPHY: _PUBLIC,
        Datum.FIELDS: _PUBLIC,
        Datum.TOPICS: _PUBLIC,
        Datum.DISTRICT: _PUBLIC,
        Datum.PORTRAIT: replace(_PUBLIC, basis=LegalBasis.CONSENT),
        Datum.FREE_TIMES: _PUBLIC,
        Datum.TOPIC_DRAFTS: _KEPT,
        Datum.TERM: _KEPT,
        Datum.SUSPENSIONS: _KEPT,
        Datum.DEPARTURE: _KEPT,
        Datum.GENDER: _KEPT,
        Datum.BIRTH_MONTH: _KEPT,
        Datum.ENTRY_HISTORY: _KEPT,
        Datum.EXTERNAL_CALENDARS: _OWN,
        Datum.FEED_ADDRESSES: _OWN,
        Datum.PHONE: _CONTACT,
        Datum.EMAIL: _CONTACT,
        Datum.ACCOUNT_NAME: _SIDES,
        Datum.SIGN_IN_NAME: _KEPT,
        Datum.MEMBERSHIPS: _KEPT,
        Datum.SIGN_INS: _SECURITY,
        Datum.FACTORS: _SECURITY,
        Datum.INVITATION: _KEPT,
        Datum.BOOKING_NOTE: _SIDES,
        Datum.LECTURE_REASON: _SIDES,
        # Of the branch and the coordinators: the instructor is asked after the review only.
        Datum.REVIEW_REMARKS: _KEPT,
        Datum.RECORD_NOTE: _SIDES,
        Datum.LECTURE_HISTORY: _SIDES,
        Datum.ORDER_TEXTS: _SIDES,
        Datum.ORDER_REASON: _KEPT,
        Datum.ENTRY_REMARKS: _KEPT,
        Datum.NOMINATION: _KEPT,
        Datum.NOMINATION_CONTACT: Rule(
            always=ALONE,
            recorded=frozenset({Reader.COORDINATOR}),
            basis=LegalBasis.CONSENT,
            articles=(6, 13, 23),
        ),
        Datum.NOMINATION_REASON: _KEPT,
        Datum.TRIAL_NOTE: _KEPT,
        Datum.JOIN_REQUEST: replace(_KEPT, basis=LegalBasis.CONSENT),
    }
)

_WITHOUT_CONSENT = frozenset({Reader.GRANTED, Reader.COORDINATOR})


def access(
    datum: Datum,
    readers: frozenset[Reader],
    consents: frozenset[Purpose] = frozenset(),
    *,
    public_entry: bool = True,
) -> Access:
    """How much of a datum a reader with these capacities gets, given the consents in force.

    `GRANTED` and `COORDINATOR` need no consent where they are in `recorded`: a grant is given by
    the person or for a case, and both acts are recorded. Of an entry that is not public
    (`publicity.is_public`) somebody who is only the public gets nothing, not even what is there.
    """
    if not public_entry and readers <= {Reader.PUBLIC}:
        return Access.NONE
    rule = VISIBILITY[datum]
    if readers & rule.always:
        return Access.FULL
    consented = frozenset[Reader]().union(
        *(rule.by_consent.get(purpose, NOBODY) for purpose in consents)
    )
    if readers & (consented - rule.recorded):
        return Access.FULL
    if readers & rule.recorded & (consented | _WITHOUT_CONSENT):
        return Access.ON_REQUEST
    return Access.MASKED if readers & rule.masked else Access.NONE
