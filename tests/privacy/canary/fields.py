"""What each text column tells about persons: the datum of the table of visibility, or a reason."""

from __future__ import annotations

from booking.visibility.engine.data import STORED, Datum
from booking.visibility.engine.readers import Reader

SIDES_ONLY = frozenset({Reader.PERSON, Reader.COUNTERPART})
ALL_SIDES = SIDES_ONLY | {Reader.COORDINATOR}
KEEPERS = frozenset({Reader.PERSON, Reader.COORDINATOR})

Told = Datum | frozenset[Reader]
"""The datum whose rule holds; or who sees it, where the table of visibility names no datum."""

MORE: dict[str, Told] = {
    # The branch, and the coordinators of its region.
    "listener_entry.name": KEEPERS,
    "audit_entry.actor_label": KEEPERS,
    "audit_entry.subject_label": KEEPERS,
    "audit_entry.detail": KEEPERS,
    # The branch that wrote it, and the instructor among those of a whole group.
    "branch_evaluation.text": SIDES_ONLY,
    "listener_evaluation.text": frozenset({Reader.COUNTERPART}),
    "branch_order.place": Datum.ORDER_TEXTS,
    "contact_request.asker_name": ALL_SIDES,
    "contact_request.reason": ALL_SIDES,
    "contact_request.answer": ALL_SIDES,
    "contact_request_history.actor_name": ALL_SIDES,
    "contact_request_history.reason": ALL_SIDES,
    "date_override.note": KEEPERS,
    "delivery.recipient": KEEPERS,
    "delivery.subject": KEEPERS,
    "delivery.last_error": KEEPERS,
    "entry_change.actor_name": Datum.ENTRY_HISTORY,
    "export_file.choice": KEEPERS,
    "export_file.filename": KEEPERS,
    "follow_up.actor_name": ALL_SIDES,
    "follow_up.text": ALL_SIDES,
    # The branch, and the coordinators of its region.
    "follow_up_document.content": KEEPERS,
    "follow_up_document.filename": KEEPERS,
    "hold.place": ALL_SIDES,
    "import_batch.filename": KEEPERS,
    "import_batch.report": KEEPERS,
    "import_batch_entry.before": KEEPERS,
    "import_draft.filename": KEEPERS,
    "import_draft.sheet": KEEPERS,
    "import_draft.roster": KEEPERS,
    "import_draft.decisions": KEEPERS,
    "invitation.email": Datum.INVITATION,
    "join_request.organisation_name": Datum.JOIN_REQUEST,
    "join_request.email": Datum.JOIN_REQUEST,
    "join_request.phone": Datum.JOIN_REQUEST,
    "leaving.reason": KEEPERS,
    "lecture.title": ALL_SIDES,
    "lecture.place": ALL_SIDES,
    "lecture_history.facts": ALL_SIDES,
    "lecture_record.actor_name": ALL_SIDES,
    "list_draft.filename": KEEPERS,
    "list_draft.rows": KEEPERS,
    "merged_entry.name": KEEPERS,
    "merged_entry.workplace": KEEPERS,
    # The branch that named them, the coordinators of its region, and they themselves.
    "named_attendee.name": KEEPERS,
    "named_attendee.email": KEEPERS,
    "nomination.workplace": Datum.NOMINATION,
    "nomination.title": Datum.NOMINATION,
    "nomination.trial_place": Datum.TRIAL_NOTE,
    "nomination_history.actor_name": Datum.NOMINATION_REASON,
    "nomination_topic.summary": Datum.NOMINATION,
    "order_history.actor_name": ALL_SIDES,
    "organisation.closed_reason": KEEPERS,
    # Who keeps the hours of somebody without an account removes calendars as well; the address
    # is told to nobody.
    "outside_calendar.label": KEEPERS,
    "outside_calendar.host": KEEPERS,
    "proposal_option.title": ALL_SIDES,
    "proposal_option.place": ALL_SIDES,
    "recruiting_step.actor_name": KEEPERS,
    "recruiting_step.reason": KEEPERS,
    "relayed_message.sender_name": SIDES_ONLY,
    "relayed_message.text": SIDES_ONLY,
    "requested_change.before": Datum.ENTRY_REMARKS,
    "requested_change.after": Datum.ENTRY_REMARKS,
    "requested_change.actor_name": Datum.ENTRY_REMARKS,
    "reset_request.email": frozenset(),
    "returned_address.address": KEEPERS,
    "robot.last_error": KEEPERS,
    "robot.name": KEEPERS,
    "robot.origin": KEEPERS,
    "sign_in_code.phone": frozenset(),
    "reveal.hint": KEEPERS,
    "reveal.reader_name": KEEPERS,
    "reveal.reader_unit": KEEPERS,
    "reveal.reason": KEEPERS,
    "schedule_change.before": KEEPERS,
    "schedule_change.after": KEEPERS,
    "term.certificate": Datum.TERM,
    "timetable.title": KEEPERS,
}
"""Columns that hold text about persons and are not in `STORED`."""

_KEY, _HASH = "a key or code", "a hash or drawn at random"
_DERIVED = "made from other columns, which are planted"
_PUBLIC = "words of the installation, not of a person"
_TECHNICAL = "of a program"

NOT_PLANTED: dict[str, str] = {
    **dict.fromkeys(
        ("topic_question.text", "topic_question.choices", "topic_question.explanation"),
        "questions about a topic",
    ),
    "given_answer.given": "numbers of choices",
    **dict.fromkeys(
        """
        branch_order.number calendar_day.name calendar_day.source consent.text_version
        default_hours.week default_week.week entry_change.import_key export_file.kind
        export_file.language export_file.mimetype hold.region_code audit_entry.region_code
        import_batch.field_ids import_draft.choice import_draft.refused installation.name
        join_request.language lecture.number lecture.time_zone nomination.language
        order_window.part remembered_column.role rendered_event.time_zone reset_request.language
        rendered_event.language
        retention_run.rule reveal.reference contact_request.lecture_number user.language
        message_thread.reference season_plan.left_out leaving.memberships leaving_entry.terms
        text_version.language sign_in_code.language list_draft.key
        import_batch.key import_draft.key export_file.key named_attendee.language
        service_certificate.number
        """.split(),
        _KEY,
    ),
    **dict.fromkeys(
        """
        audit_entry.typed_hash audit_entry.network feed.token_hash invitation.token_hash
        join_request.token_hash import_batch_entry.fingerprint lecture.uid passkey.credential_id
        passkey.public_key passkey.transports passkey.device_type passkey.extensions passkey.usage
        portrait.digest reset_link.token_hash reset_link.uniquifier setup_link.token_hash
        sign_in.key_hash sign_in.uniquifier user.password user.fs_uniquifier
        user.fs_webauthn_user_handle user.tf_primary_method backup.filename backup.sha256
        delivery.channel delivery.message_id received_mail.digest delivery.itip_method
        sign_in_code.code_hash
        sign_in_code.uniquifier
        text_stop.number_hash named_attendee.address_hash
        listener_entry.device_key listener_link.nonce service_certificate.code
        listener_evaluation.device_key given_answer.device_key given_answer.pair_key
        """.split(),
        _HASH,
    ),
    **dict.fromkeys(
        """
        instructor.sort_key instructor.search_text instructor.search_pinyin
        instructor.search_codes instructor.name_pinyin rendered_event.text rendered_text.text
        delivery.message outbox_event.payload export_file.content season_plan_row.helps
        season_plan_row.refusal
        """.split(),
        _DERIVED,
    ),
    **dict.fromkeys(
        """
        follow_up_outcome.name follow_up_outcome.name_en
        field.code field.name field.name_en field_change.name field_change.other
        field_change.reverse organisation.name region.name region.name_en setting.value
        setting.changed_by synonym.word synonym.means
        text_version.body text_version.changed_by
        remembered_column.header evaluation_set.questions
        """.split(),
        _PUBLIC,
    ),
    **dict.fromkeys(
        """
        job_failure.name job_failure.error outbox_event.kind outbox_event.last_error
        outside_calendar.etag outside_calendar.last_modified outside_calendar.unread
        outside_calendar.settled mailbox_state.fault mailbox_state.mailbox
        returned_address.status robot.recent robot.subjects branch_evaluation.further
        """.split(),
        _TECHNICAL,
    ),
    "outside_calendar.address": "encrypted; see tests/test_sealing",
    "robot.secret": "encrypted; see tests/notifications/test_robots",
    "robot.token": "encrypted; see tests/notifications/test_robots",
    "user.tf_totp_secret": "encrypted; see tests/test_sealing",
    "user.mf_recovery_codes": "encrypted; see tests/test_sealing",
    "instructor.gender": "one letter, too short for a token",
    "instructor.birth_month": "seven characters, too short for a token",
}
"""Columns that are left as they are, with the reason."""

STORED_IN: dict[str, Datum] = {
    column: datum for datum, columns in reversed(STORED.items()) for column in columns
}
"""The datum of a column; the first of several."""


def told_by(table: str, column: str, row: dict[str, object]) -> Told:
    """What a cell tells."""
    label = f"{table}.{column}"
    if table == "topic" and str(row["state"]).endswith("draft"):
        return Datum.TOPIC_DRAFTS
    if label == "lecture_history.reason":
        reviewed = str(row["command"]).rpartition(".")[2].lower() in ("return", "reject", "approve")
        return Datum.REVIEW_REMARKS if reviewed else Datum.LECTURE_REASON
    return STORED_IN[label] if label in STORED_IN else MORE[label]
