"""Nominations, certificates, departures; terms cannot overlap; background work and backups.

Terms of one person may not share a day: an exclusion constraint on PostgreSQL, triggers on SQLite, both
named `ex_term_no_overlap`. Terms that overlapped before are made to follow each other: the later begins
after the earlier, and one that lies within another is dropped.

Topics may take five minutes (微党课), and the shortest lecture of an instructor's rules likewise: a row
with 15, the least that could be chosen, meant no limit.

A later migration that makes `term` anew on SQLite (`batch_alter_table`) must make its triggers anew.
"""

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ENUM = sa.String(20)
OLD_LEAST, NEW_LEAST = 15, 5

EXCLUDE = """
ALTER TABLE term ADD CONSTRAINT ex_term_no_overlap EXCLUDE USING gist (
    instructor_id WITH =,
    daterange(first, last, '[]') WITH &&
)
"""

TRIGGER = """
CREATE TRIGGER ex_term_no_overlap_{verb} BEFORE {event} ON term
WHEN EXISTS (
    SELECT 1 FROM term AS other
    WHERE other.instructor_id = NEW.instructor_id
      AND other.id IS NOT NEW.id
      AND other.first <= NEW.last
      AND NEW.first <= other.last
)
BEGIN
    SELECT RAISE(ABORT, 'ex_term_no_overlap');
END
"""

EVENTS = {"insert": "INSERT", "update": "UPDATE OF instructor_id, first, last"}


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _user(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_user_id_user")
    return sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=name, ondelete="SET NULL")


def _reference(
    table: str, column: str, target: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target.partition('.')[0]}")
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete=ondelete)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def upgrade() -> None:
    _nominations()
    _decisions_on_terms()
    _operations()
    _keep_terms_apart()
    _allow_minutes(OLD_LEAST, NEW_LEAST)
    op.execute(
        f"UPDATE booking_rule SET shortest_minutes = {NEW_LEAST} WHERE shortest_minutes = {OLD_LEAST}"
    )


def _nominations() -> None:
    op.create_table(
        "nomination",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", ENUM, nullable=False),
        sa.Column("origin", ENUM, nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("organisation_id", sa.Integer()),
        sa.Column("region_code", sa.String(12), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("workplace", sa.String(200), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("email", sa.String(120), nullable=False),
        sa.Column("trial_at", INSTANT),
        sa.Column("trial_place", sa.String(200)),
        sa.Column("trial_passed", sa.Boolean()),
        sa.Column("trial_note", sa.Text(), nullable=False),
        sa.Column("instructor_id", sa.Integer()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT),
        sa.Column("forgotten_at", INSTANT),
        sa.CheckConstraint(
            "(origin = 'unit') = (organisation_id IS NOT NULL)",
            name=op.f("ck_nomination_unit_has_organisation"),
        ),
        sa.CheckConstraint(
            "(trial_at IS NULL) = (trial_place IS NULL)",
            name=op.f("ck_nomination_trial_has_time_and_place"),
        ),
        _user("nomination"),
        _reference("nomination", "organisation_id", "organisation.id"),
        _reference("nomination", "region_code", "region.code"),
        _reference("nomination", "instructor_id", "instructor.id", "SET NULL"),
        _key("nomination", "id"),
    )
    for column in ("user_id", "organisation_id", "instructor_id", "name"):
        op.create_index(op.f(f"ix_nomination_{column}"), "nomination", [column])
    op.create_index("ix_nomination_state", "nomination", ["state", "id"])
    op.create_index("ix_nomination_region_code", "nomination", ["region_code", "state"])
    op.create_table(
        "nomination_field",
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        _reference("nomination_field", "nomination_id", "nomination.id", "CASCADE"),
        _reference("nomination_field", "field_id", "field.id"),
        _key("nomination_field", "nomination_id", "field_id"),
    )
    op.create_index(op.f("ix_nomination_field_field_id"), "nomination_field", ["field_id"])
    op.create_table(
        "nomination_topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        _reference("nomination_topic", "nomination_id", "nomination.id", "CASCADE"),
        _key("nomination_topic", "id"),
    )
    op.create_index(
        op.f("ix_nomination_topic_nomination_id"), "nomination_topic", ["nomination_id"]
    )
    op.create_table(
        "nomination_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("actor_name", sa.String(60), nullable=False),
        sa.Column("party", ENUM, nullable=False),
        sa.Column("command", ENUM, nullable=False),
        sa.Column("source", ENUM),
        sa.Column("target", ENUM, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _reference("nomination_history", "nomination_id", "nomination.id", "CASCADE"),
        _user("nomination_history"),
        _key("nomination_history", "id"),
    )
    op.create_index(
        "ix_nomination_history_nomination_id", "nomination_history", ["nomination_id", "id"]
    )


def _decisions_on_terms() -> None:
    op.create_table(
        "certificate_counter",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        _key("certificate_counter", "year"),
    )
    op.create_table(
        "term_ending",
        sa.Column("term_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("decided_at", INSTANT, nullable=False),
        _reference("term_ending", "term_id", "term.id", "CASCADE"),
        _user("term_ending"),
        _key("term_ending", "term_id"),
    )
    op.create_index(op.f("ix_term_ending_user_id"), "term_ending", ["user_id"])
    op.create_table(
        "departure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("returned_at", INSTANT),
        _reference("departure", "instructor_id", "instructor.id", "CASCADE"),
        _user("departure"),
        _key("departure", "id"),
    )
    op.create_index("ix_departure_instructor_id", "departure", ["instructor_id", "id"])
    op.create_index(op.f("ix_departure_user_id"), "departure", ["user_id"])


def _operations() -> None:
    op.create_table(
        "job_state",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("succeeded_at", INSTANT),
        _key("job_state", "name"),
    )
    op.create_table(
        "job_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(200), nullable=False),
        _key("job_failure", "id"),
    )
    op.create_index("ix_job_failure_name", "job_failure", ["name", "id"])
    op.create_table(
        "backup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", ENUM, nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("started_at", INSTANT),
        sa.Column("finished_at", INSTANT),
        sa.Column("filename", sa.String(80)),
        sa.Column("bytes", sa.BigInteger()),
        sa.Column("sha256", sa.String(64)),
        sa.Column("failure", ENUM),
        _user("backup"),
        _key("backup", "id"),
    )
    op.create_index("ix_backup_state", "backup", ["state", "id"])
    op.create_index(op.f("ix_backup_user_id"), "backup", ["user_id"])


def _keep_terms_apart() -> None:
    _move_apart()
    if not _is_sqlite():
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        op.execute(EXCLUDE)
        return
    for verb, event in EVENTS.items():
        op.execute(TRIGGER.format(verb=verb, event=event))


def _move_apart() -> None:
    term = sa.table(
        "term",
        sa.column("id", sa.Integer),
        sa.column("instructor_id", sa.Integer),
        sa.column("first", sa.Date),
        sa.column("last", sa.Date),
    )
    connection = op.get_bind()
    query = sa.select(term).order_by(term.c.instructor_id, term.c.first, term.c.last.desc())
    owner, end = None, date.min
    for row in connection.execute(query).all():
        if row.instructor_id != owner:
            owner, end = row.instructor_id, date.min
        if row.last <= end:
            connection.execute(sa.delete(term).where(term.c.id == row.id))
            continue
        if row.first <= end:
            begin = end + timedelta(days=1)
            connection.execute(sa.update(term).where(term.c.id == row.id).values(first=begin))
        end = row.last


def _allow_minutes(before: int, after: int) -> None:
    old, new = (f"minutes BETWEEN {least} AND 480" for least in (before, after))
    if not _is_sqlite():
        op.drop_constraint(op.f("ck_topic_minutes_sensible"), "topic", type_="check")
        op.create_check_constraint(op.f("ck_topic_minutes_sensible"), "topic", new)
        return
    # A new table would have to be put in the place of one that lectures refer to. SQLite's
    # documentation of ALTER TABLE gives this way to change a CHECK.
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.exec_driver_sql(
        f"UPDATE sqlite_master SET sql = replace(sql, '{old}', '{new}') "
        "WHERE type = 'table' AND name = 'topic'"
    )
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")


def downgrade() -> None:
    op.execute(
        f"UPDATE booking_rule SET shortest_minutes = {OLD_LEAST} WHERE shortest_minutes < {OLD_LEAST}"
    )
    op.execute(f"UPDATE topic SET minutes = {OLD_LEAST} WHERE minutes < {OLD_LEAST}")
    _allow_minutes(NEW_LEAST, OLD_LEAST)
    if _is_sqlite():
        for verb in EVENTS:
            op.execute(f"DROP TRIGGER ex_term_no_overlap_{verb}")
    else:
        op.execute("ALTER TABLE term DROP CONSTRAINT ex_term_no_overlap")
    for table in (
        "backup",
        "job_failure",
        "job_state",
        "departure",
        "term_ending",
        "certificate_counter",
        "nomination_history",
        "nomination_topic",
        "nomination_field",
        "nomination",
    ):
        op.drop_table(table)
