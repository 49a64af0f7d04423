"""Display labels of the audit log's page: actions, subjects and details."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from booking import i18n
from booking.accounts.engine.roles import Role
from booking.audit import ANONYMOUS, COMMAND_LINE, SYSTEM, Action, AuditEntry, SubjectKind
from booking.availability.engine.rules import Part
from booking.availability.words import PARTS
from booking.contacts.consents.words import CHANNELS, PURPOSES
from booking.contacts.requests.words import CONTACT_DONE
from booking.entries.words import PARTS as ENTRY_PARTS
from booking.errors import Text
from booking.nominations.words import NOMINATION_DONE
from booking.sentences import N_
from booking.settings.engine.declarations import ALL

ACTIONS: dict[Action, Text] = {
    Action.SIGN_IN: _("Signed in"),
    Action.SIGN_IN_FAILED: _("Sign-in refused"),
    Action.SIGN_OUT: _("Signed out"),
    Action.SESSIONS_ENDED: _("Sessions ended"),
    Action.PASSWORD_CHANGED: _("Password changed"),
    Action.RESET_REQUESTED: _("New password requested"),
    Action.PASSWORD_RESET: _("New password set"),
    Action.ADDRESS_CHANGED: _("E-mail address changed"),
    Action.PHONE_CHANGED: _("Telephone number changed"),
    Action.FACTOR_ADDED: _("Second factor added"),
    Action.FACTOR_REMOVED: _("Second factor removed"),
    Action.RECOVERY_CODES_MADE: _("Recovery codes made"),
    Action.ACCOUNT_MADE: _("Account created"),
    Action.ACCOUNT_DISABLED: _("Account disabled"),
    Action.ACCOUNT_ENABLED: _("Account enabled"),
    Action.ROLE_GIVEN: _("Role given"),
    Action.ROLE_REMOVED: _("Role removed"),
    Action.INVITED: _("Invited"),
    Action.INVITATION_RENEWED: _("Invitation sent anew"),
    Action.INVITATION_REVOKED: _("Invitation taken back"),
    Action.INVITATION_ACCEPTED: _("Invitation accepted"),
    Action.INVITATION_REFUSED: _("Invitation refused"),
    Action.JOIN_ASKED: _("Request to join received"),
    Action.JOIN_DECIDED: _("Request to join decided"),
    Action.RESET_LINK_MADE: _("Link for a new password handed over"),
    Action.ANSWER_LINK_MADE: _("Answer link handed over"),
    Action.OUT_OF_SCOPE: _("Refused: outside of the own rights"),
    Action.REGIONS_LOADED: _("Regions loaded"),
    Action.ORGANISATION_MADE: _("Branch created"),
    Action.ORGANISATIONS_LOADED: _("Branches loaded"),
    Action.ORGANISATION_CHANGED: _("Branch changed"),
    Action.ORGANISATION_CLOSED: _("Branch closed"),
    Action.ORGANISATION_OPENED: _("Branch opened again"),
    Action.ORGANISATION_REMOVED: _("Branch removed"),
    Action.ORGANISATION_MERGED: _("Branch merged into another"),
    Action.REGION_CHANGED: _("Region added or renamed"),
    Action.REGION_MERGED: _("Region merged into another"),
    Action.FIELDS_CHANGED: _("Fields changed"),
    Action.REGISTER_IMPORTED: _("Register imported"),
    Action.EXPORTED: _("Data exported"),
    Action.CONTACTS_EXPORTED: _("Contact details exported"),
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
    Action.ENTRY_CHANGED: _("Entry changed"),
    Action.ENTRY_RETURNED: _("Change of an entry returned"),
    Action.ENTRIES_MERGED: _("Entries merged"),
    Action.ENTRIES_DISTINCT: _("Entries noted as different people"),
    Action.EXPIRY_ALLOWED: _("Expiry of many requests allowed"),
    Action.MAIL_READ: _("Written mail read"),
    Action.CONTACT_REVEALED: _("Contact shown"),
    Action.AUDIT_READ: _("Audit log read"),
    Action.SETTING_CHANGED: _("Setting changed"),
    Action.TEXT_CHANGED: _("Text page changed"),
    Action.FIRST_START: _("Installation set up"),
    Action.TEST_MAIL_SENT: _("Test mail sent"),
    Action.AUDIT_EXPORTED: _("Audit log exported"),
    Action.NOMINATION_CHANGED: _("Nomination changed"),
    Action.TERM_RENEWED: _("Term renewed or left to end"),
    Action.INSTRUCTOR_LEFT: _("Instructor left the register"),
    Action.INSTRUCTOR_RETURNED: _("Instructor came back into the register"),
    Action.CERTIFICATE_PRINTED: _("Certificate printed"),
    Action.DAY_CHANGED: _("Day off changed"),
    Action.JOB_STARTED: _("Background job started by hand"),
    Action.EVENT_RETRIED: _("Event tried again"),
    Action.MAIL_RETRIED: _("Undelivered mail tried again"),
    Action.MAIL_GIVEN_UP: _("Undelivered mail given up"),
    Action.BACKUP_ASKED: _("Backup asked for"),
    Action.BACKUP_DOWNLOADED: _("Backup downloaded"),
    Action.IMPORT_UNDONE: _("Import undone"),
    Action.DEFAULT_HOURS: _("Default hours filled in or taken back"),
    Action.CONSENT_GIVEN: _("Consent given"),
    Action.CONSENT_WITHDRAWN: _("Consent withdrawn"),
    Action.DATA_EXPORTED: _("Own data exported"),
    Action.LEAVING_ASKED: _("Leaves the register"),
    Action.LEAVING_TAKEN_BACK: _("Leaving taken back"),
    Action.PERSON_ERASED: _("Person erased after leaving"),
    Action.CONTACT_CHANGED: _("Contact added or removed"),
    Action.CONTACT_REQUEST: _("Request for a contact asked or answered"),
    Action.ROBOT_CHANGED: _("Robot of a group added, changed, tested or removed"),
}

KINDS: dict[SubjectKind, Text] = {
    SubjectKind.USER: _("Account"),
    SubjectKind.INSTRUCTOR: _("Instructor"),
    SubjectKind.ORGANISATION: _("Branch"),
    SubjectKind.LECTURE: _("Lecture number"),
    SubjectKind.MAIL: _("Mail"),
    SubjectKind.INVITATION: _("Invitation"),
    SubjectKind.JOIN_REQUEST: _("Request to join"),
    SubjectKind.NOMINATION: _("Nomination"),
    SubjectKind.JOB: _("Background job"),
    SubjectKind.BACKUP: _("Backup"),
}

_ROLES: dict[str, Text] = {
    Role.BRANCH: _("Branch contact"),
    Role.INSTRUCTOR: _("Instructor"),
    Role.COORDINATOR: _("Coordinator"),
    Role.ADMIN: _("Administrator"),
}

_FACTS: dict[str, Text] = {
    "contact_step": _("step"),
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
    "setting": _("setting"),
    "values": _("before, now"),
    "page": _("page"),
    "language": _("language"),
    "sent": _("taken by the server"),
    "entry_reviews": _("review of entries (before, now)"),
    "entry_part": _("part of the entry"),
    "merged": _("number of the entry that was merged into it"),
    "other": _("number of the other entry"),
    "clock": _("clock of the worker (UTC)"),
    "requests": _("requests to expire"),
    "lectures": _("lectures to close"),
    "name": _("name"),
    "region": _("region"),
    "reason": _("reason"),
    "into": _("merged into"),
    "moved": _("rows that moved"),
    "file": _("file"),
    "changed": _("changed"),
    "why": _("why"),
    "decision": _("decision"),
    "attempt": _("attempt"),
    "mails": _("mails"),
    "event": _("event"),
    "day": _("day"),
    "kind": _("kind"),
    "format": _("format"),
    "certificate": _("number of the certificate"),
    "purpose": _("purpose"),
    "channel": _("contact"),
    "text_version": _("version of the text"),
}

_PAIRS = frozenset(
    {"open_limit", "daily_limit", "quarter_limit", "reviews", "entry_reviews", "values"}
)
"""Facts that are a value before and the value now."""

CHANGES = "changes"
"""The fact that maps names to such pairs (`audit.changes`); each is told by itself."""

_FLAGS: dict[str, Text] = {
    "undone": _("undone"),
    "second": _("at the second step"),
    "by_mail": _("by mail"),
}

_VALUES: dict[str, dict[str, Text]] = {
    "purpose": {purpose.value: label for purpose, label in PURPOSES.items()},
    "channel": {channel.value: label for channel, label in CHANNELS.items()},
    "via": {
        "password": _("password"),
        "authenticator": _("authenticator app"),
        "passkey": _("passkey"),
        "webauthn": _("passkey"),
        "code": _("code"),
        "recovery": _("recovery code"),
        "reset": _("new password"),
        "invitation": _("invitation"),
    },
    "role": _ROLES,
    "attempt": {
        "invite": _("invite somebody"),
        "invite several": _("invite several people"),
        "accept": _("get another role by an invitation"),
        "renew": _("send an invitation anew"),
        "revoke": _("take an invitation back"),
        "give": _("give a role"),
        "end": _("end a role"),
        "suspend": _("suspend an account"),
        "resume": _("open an account again"),
        "sign out": _("sign somebody out"),
        "reset link": _("make a link for a new password"),
        "answer link": _("make an answer link"),
        "approve": _("approve a request to join"),
        "decide": _("decide a request to join"),
    },
    "contact_step": {command.value: label for command, label in CONTACT_DONE.items()},
    "decision": {"approved": _("approved"), "declined": _("not approved")},
    "why": {
        "accepted": _("accepted already"),
        "expired": _("expired"),
        "revoked": _("revoked"),
        "unknown": _("unknown link"),
        "other_account": _("for another account"),
        "own": _("own invitation"),
    },
    "factor": {
        "authenticator": _("authenticator app"),
        "passkey": _("passkey"),
        "all": _("all"),
    },
    "open_limit": {"None": _("as usual")},
    "daily_limit": {"None": _("as usual")},
    "quarter_limit": {"None": _("as usual")},
    "reviews": {"True": _("on"), "False": _("off")},
    "setting": {name: setting.label for name, setting in ALL.items()},
    "values": {"": _("empty")},
    "page": {
        "about": _("About"),
        "privacy": _("Privacy notice"),
        "contact": _("Contact"),
    },
    "language": {"zh_Hans_CN": _("Chinese"), "en": _("English")},
    "sent": {"True": _("yes"), "False": _("no")},
    "entry_reviews": {"True": _("on"), "False": _("off")},
    "entry_part": {part.value: label for part, label in ENTRY_PARTS.items()},
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
        "replaced": _("replaced"),
        "all_day": _("events of whole days"),
        "branches_told": _("branches told of a closed day"),
        "renamed": _("renamed"),
        "moved": _("moved"),
        "merged": _("merged"),
        "undone": _("undone"),
        "renewed": _("renewed"),
        "left_to_end": _("left to end"),
        "to_decide_again": _("to be decided again"),
        **{command.value: label for command, label in NOMINATION_DONE.items()},
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
    """The details of an entry, such as "rows: 12" or "title: 教授 → 副教授".

    Those without a label are left out; the names of changes are shown as they are.
    """
    flags = [str(_FLAGS[name]) for name, value in entry.detail.items() if name in _FLAGS and value]
    told = [
        _told(_FACTS[name], name, value) for name, value in entry.detail.items() if name in _FACTS
    ]
    return flags + told + changes(entry)


def changes(entry: AuditEntry) -> list[str]:
    """What it was and what it is, for each value that changed."""
    changed = entry.detail.get(CHANGES)
    if not isinstance(changed, dict):
        return []
    return [
        f"{_FACTS.get(name, name)}{i18n.colon()}{_pair(name, pair)}"
        for name, pair in changed.items()
        if _is_pair(pair)
    ]


def _told(label: Text, name: str, value: Any) -> str:
    words = _pair(name, value) if name in _PAIRS and _is_pair(value) else _value(name, value)
    return f"{label}{i18n.colon()}{words}"


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


def _pair(name: str, pair: list[Any]) -> str:
    before, now = (_value(name, one) for one in pair)
    return f"{before} → {now}"


def _value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return i18n.listed(_value(name, item) for item in value)
    known = _VALUES.get(name, {}).get(str(value))
    if known is not None:
        return str(known)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return "—" if value in (None, "") else str(value)
