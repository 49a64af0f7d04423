"""The texts of one entry of the audit log: who, about whom, and the details."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from booking import i18n
from booking.audit import ANONYMOUS, COMMAND_LINE, SYSTEM, AuditEntry
from booking.errors import Text
from booking.oversight.words import CHANGES, FACTS, FLAGS, KINDS, PAIRS, VALUES
from booking.sentences import N_


def actor(entry: AuditEntry) -> str:
    """The display label of the acting party."""
    special = {
        SYSTEM.label: _("the system"),
        COMMAND_LINE.label: _("command line"),
        ANONYMOUS.label: _("not signed in"),
    }
    label = special.get(entry.actor_label) if entry.actor_id is None else None
    return str(label or entry.actor_label)


def subject(entry: AuditEntry) -> str:
    """The subject of an entry, such as "Account: Li Hong"; empty without a subject."""
    if entry.subject_kind is None:
        return ""
    if entry.typed_hash is not None:
        # The beginning is enough to recognise repeated attempts with one address.
        return str(N_("Unknown address (mark %(mark)s)", mark=entry.typed_hash[:8].upper()))
    name = entry.subject_label or str(entry.subject_id)
    return f"{KINDS[entry.subject_kind]}{i18n.colon()}{name}"


def facts(entry: AuditEntry) -> list[str]:
    """The details of an entry, such as "rows: 12" or "title: 教授 → 副教授".

    Those without a label are left out; the names of changes are shown as they are.
    """
    flags = [str(FLAGS[name]) for name, value in entry.detail.items() if name in FLAGS and value]
    told = [
        _told(FACTS[name], name, value) for name, value in entry.detail.items() if name in FACTS
    ]
    return flags + told + changes(entry)


def changes(entry: AuditEntry) -> list[str]:
    """What it was and what it is, for each value that changed."""
    changed = entry.detail.get(CHANGES)
    if not isinstance(changed, dict):
        return []
    return [
        f"{FACTS.get(name, name)}{i18n.colon()}{_pair(name, pair)}"
        for name, pair in changed.items()
        if _is_pair(pair)
    ]


def _told(label: Text, name: str, value: Any) -> str:
    words = _pair(name, value) if name in PAIRS and _is_pair(value) else _value(name, value)
    return f"{label}{i18n.colon()}{words}"


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


def _pair(name: str, pair: list[Any]) -> str:
    before, now = (_value(name, one) for one in pair)
    return f"{before} → {now}"


def _value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return i18n.listed(_value(name, item) for item in value)
    known = VALUES.get(name, {}).get(str(value))
    if known is not None:
        return str(known)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return "—" if value in (None, "") else str(value)
