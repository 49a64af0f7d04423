"""Display labels of the audit log's page: actions, subjects and details."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from booking import i18n
from booking.accounts.engine.roles import Role
from booking.audit import ANONYMOUS, COMMAND_LINE, SYSTEM, Action, AuditEntry, SubjectKind
from booking.availability.engine.rules import Part
from booking.availability.words import PARTS
from booking.errors import Text
from booking.sentences import N_

ACTIONS: dict[Action, Text] = {
    Action.SIGN_IN: _("Signed in"),
    Action.SIGN_IN_FAILED: _("Sign-in refused"),
    Action.SIGN_OUT: _("Signed out"),
    Action.SESSIONS_ENDED: _("Sessions ended"),
    Action.PASSWORD_CHANGED: _("Password changed"),
    Action.RESET_REQUESTED: _("New password requested"),
    Action.PASSWORD_RESET: _("New password set"),
    Action.ADDRESS_CHANGED: _("E-mail address changed"),
    Action.FACTOR_ADDED: _("Second factor added"),
    Action.FACTOR_REMOVED: _("Second factor removed"),
    Action.RECOVERY_CODES_MADE: _("Recovery codes made"),
    Action.ACCOUNT_MADE: _("Account created"),
    Action.ACCOUNT_DISABLED: _("Account disabled"),
    Action.ACCOUNT_ENABLED: _("Account enabled"),
    Action.ROLE_GIVEN: _("Role given"),
    Action.ROLE_REMOVED: _("Role removed"),
    Action.REGIONS_LOADED: _("Regions loaded"),
    Action.ORGANISATION_MADE: _("Branch created"),
    Action.ORGANISATIONS_LOADED: _("Branches loaded"),
    Action.REGISTER_IMPORTED: _("Register imported"),
    Action.EXPORTED: _("Data exported"),
    Action.FILE_DOWNLOADED: _("Calendar file downloaded"),
    Action.FEED_OPENED: _("Calendar address opened"),
    Action.FEED_REVOKED: _("Calendar address closed"),
    Action.SCHEDULE_CHANGED: _("Hours changed on behalf of an instructor"),
    Action.CALENDARS_CHANGED: _("Other calendars changed on behalf of an instructor"),
    Action.TERMS_CHANGED: _("Term or suspension changed"),
    Action.HALF_DAYS_CHANGED: _("Half-days changed"),
    Action.DAYS_IMPORTED: _("Days off imported"),
    Action.LIMIT_CHANGED: _("Booking limit changed"),
    Action.REVIEW_CHANGED: _("Review of requests switched"),
    Action.SYNONYMS_CHANGED: _("Synonym of a search word changed"),
    Action.EXPIRY_ALLOWED: _("Expiry of many requests allowed"),
    Action.MAIL_READ: _("Written mail read"),
    Action.CONTACT_REVEALED: _("Contact shown"),
    Action.AUDIT_READ: _("Audit log read"),
    Action.IMPORT_UNDONE: _("Import undone"),
    Action.DEFAULT_HOURS: _("Default hours filled in or taken back"),
}

KINDS: dict[SubjectKind, Text] = {
    SubjectKind.USER: _("Account"),
    SubjectKind.INSTRUCTOR: _("Instructor"),
    SubjectKind.ORGANISATION: _("Branch"),
    SubjectKind.LECTURE: _("Lecture number"),
    SubjectKind.MAIL: _("Mail"),
}

_ROLES: dict[str, Text] = {
    Role.BRANCH: _("Branch contact"),
    Role.INSTRUCTOR: _("Instructor"),
    Role.COORDINATOR: _("Coordinator"),
    Role.ADMIN: _("Administrator"),
}

_FACTS: dict[str, Text] = {
    "via": _("by"),
    "role": _("role"),
    "organisation": _("number of the branch"),
    "instructor": _("number of the instructor"),
    "rows": _("rows"),
    "added": _("new"),
    "completed": _("completed"),
    "unchanged": _("unchanged"),
    "fields": _("new fields"),
    "years": _("years"),
    "part": _("part"),
    "change": _("change"),
    "action": _("action"),
    "first": _("from"),
    "last": _("to"),
    "person": _("person"),
    "factor": _("factor"),
    "ended": _("sign-ins ended"),
    "open_limit": _("requests that wait (before, now)"),
    "daily_limit": _("requests a day (before, now)"),
    "quarter_limit": _("orders a quarter (before, now)"),
    "reviews": _("review (before, now)"),
    "clock": _("clock of the worker (UTC)"),
    "requests": _("requests to expire"),
    "lectures": _("lectures to close"),
}

_FLAGS: dict[str, Text] = {
    "undone": _("undone"),
    "second": _("at the second step"),
}

_VALUES: dict[str, dict[str, Text]] = {
    "via": {
        "password": _("password"),
        "authenticator": _("authenticator app"),
        "passkey": _("passkey"),
        "webauthn": _("passkey"),
        "code": _("code"),
        "recovery": _("recovery code"),
        "reset": _("new password"),
    },
    "role": _ROLES,
    "factor": {
        "authenticator": _("authenticator app"),
        "passkey": _("passkey"),
        "all": _("all"),
    },
    "open_limit": {"None": _("as usual")},
    "daily_limit": {"None": _("as usual")},
    "quarter_limit": {"None": _("as usual")},
    "reviews": {"True": _("on"), "False": _("off")},
    "part": {part.value: PARTS[part] for part in Part},
    "action": {action.value: label for action, label in ACTIONS.items()},
    "change": {
        "term_added": _("term added"),
        "term_removed": _("term removed"),
        "suspended": _("suspended"),
        "suspension_ended": _("suspension ended"),
        "suspension_removed": _("suspension removed"),
        "topic_days": _("days of a topic"),
        "added": _("added"),
        "removed": _("removed"),
        "all_day": _("events of whole days"),
        "branches_told": _("branches told of a closed day"),
    },
}


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
    """The details of an entry, such as "rows: 12"; those without a label are left out."""
    flags = [str(_FLAGS[name]) for name, value in entry.detail.items() if name in _FLAGS and value]
    return flags + [
        f"{_FACTS[name]}{i18n.colon()}{_value(name, value)}"
        for name, value in entry.detail.items()
        if name in _FACTS
    ]


def _value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return i18n.listed(_value(name, item) for item in value)
    return str(_VALUES.get(name, {}).get(str(value), value))
