"""The register: instructors, their topics and fields, and their contacts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    func,
    literal_column,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from booking.accounts.models import Region
from booking.db import Base
from booking.instructors.engine.vocabulary import (
    Audience,
    Channel,
    Format,
    Listed,
    Visibility,
    bits,
    members,
)


class Members(TypeDecorator[tuple[Listed, ...]]):
    """Members of a controlled list, stored as one number (`vocabulary.bits`)."""

    impl = Integer
    cache_ok = True

    def __init__(self, kind: type[Listed]) -> None:
        super().__init__()
        self.kind: type[Listed] = kind

    def process_bind_param(self, value: tuple[Listed, ...] | None, dialect: Dialect) -> int | None:
        """The number of the members."""
        return None if value is None else bits(value)

    def process_result_value(
        self, value: int | None, dialect: Dialect
    ) -> tuple[Listed, ...] | None:
        """The members of a number."""
        return None if value is None else members(self.kind, value)


class Field(Base):
    """A field of the controlled list, in two levels (领域)."""

    __tablename__ = "field"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    name_en: Mapped[str | None] = mapped_column(String(60))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("field.id"), index=True)


class InstructorField(Base):
    """An instructor works in a field."""

    __tablename__ = "instructor_field"

    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), primary_key=True
    )
    field_id: Mapped[int] = mapped_column(ForeignKey("field.id"), primary_key=True, index=True)


class ServedRegion(Base):
    """An instructor teaches in a region and all under it (可服务区域)."""

    __tablename__ = "served_region"

    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), primary_key=True
    )
    region_code: Mapped[str] = mapped_column(
        ForeignKey("region.code"), primary_key=True, index=True
    )


def _looked_through(name: str, *texts: str) -> Index:
    """An index of SQLite with all that a search asks for; what is read quickest stands first.

    PostgreSQL refuses entries of an index that are longer than a third of a page, and texts have
    no limit.
    """
    columns = ("listed", "sort_key", "id", "audience_bits", "format_bits", "search_codes")
    return Index(name, *columns, *texts, info={"only": "sqlite"}).ddl_if(dialect="sqlite")


class Instructor(Base):
    """A person in the register (讲师). Contacts are elsewhere, hidden by default."""

    __tablename__ = "instructor"
    __table_args__ = (
        UniqueConstraint("name", "workplace"),
        Index(
            "ix_instructor_listing",
            "listed",
            "sort_key",
            "id",
            postgresql_include=["audience_bits", "format_bits"],
        ),
        # SQLite looks through these instead of the far wider rows: the first where no words are
        # asked for, the second for Chinese words, the third for letters.
        _looked_through("ix_instructor_codes"),
        _looked_through("ix_instructor_words", "search_text"),
        _looked_through("ix_instructor_search", "search_text", "search_pinyin"),
        # PostgreSQL finds words and codes by their terms. `search_terms` is a function of
        # migration 0007.
        Index(
            "ix_instructor_terms",
            func.search_terms(
                literal_column("search_text"), literal_column("search_pinyin || search_codes")
            ),
            postgresql_using="gin",
            info={"only": "postgresql"},
        ).ddl_if(dialect="postgresql"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    name_pinyin: Mapped[str | None] = mapped_column(String(120))
    """An override of the reading, where the table of readings is wrong for this person."""
    sort_key: Mapped[str] = mapped_column(
        # Compared byte by byte: a language's collation would skip the spaces between syllables.
        String(200).with_variant(String(200, collation="C"), "postgresql")
    )
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Normalised words of everything that a search may find."""
    search_pinyin: Mapped[str] = mapped_column(Text, default="")
    """Pinyin and initials of the same, each with a space before: found by prefix."""
    search_codes: Mapped[str] = mapped_column(Text, default="")
    """Codes of fields, with those above them, and of served regions (`terms.codes`)."""
    audience_bits: Mapped[int] = mapped_column(default=0)
    """For whom some active topic is meant (`vocabulary.bits`)."""
    format_bits: Mapped[int] = mapped_column(default=0)
    """How some active topic can be taught; without a word about it in every way."""
    workplace: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    gender: Mapped[str | None] = mapped_column(String(1))
    birth_month: Mapped[str | None] = mapped_column(String(7))
    introduction: Mapped[str] = mapped_column(Text, default="")
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    listed: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    region: Mapped[Region] = relationship(lazy="joined")
    fields: Mapped[list[Field]] = relationship(secondary="instructor_field", order_by=Field.id)
    topics: Mapped[list[Topic]] = relationship(back_populates="instructor", order_by="Topic.id")
    serves: Mapped[list[Region]] = relationship(secondary="served_region", order_by=Region.code)


class Topic(Base):
    """What an instructor lectures on (专题)."""

    __tablename__ = "topic"
    __table_args__ = (
        UniqueConstraint("instructor_id", "title"),
        CheckConstraint("minutes BETWEEN 15 AND 480", name="minutes_sensible"),
        Index("ix_topic_active", "instructor_id", "active", "id"),
        Index("ix_topic_title", "title"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[int] = mapped_column(default=120)
    field_id: Mapped[int | None] = mapped_column(ForeignKey("field.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    """The last day on which it is taught, inclusive."""
    audiences: Mapped[tuple[Audience, ...]] = mapped_column(Members(Audience), default=())
    """For whom it is meant; none means everybody."""
    formats: Mapped[tuple[Format, ...]] = mapped_column(Members(Format), default=())
    """How it can be taught; none means a lecture on the spot."""

    instructor: Mapped[Instructor] = relationship(back_populates="topics")
    field: Mapped[Field | None] = relationship()


class Contact(Base):
    """One way to reach an instructor. Hidden unless the person consents otherwise."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("instructor_id", "channel", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id", ondelete="CASCADE"))
    channel: Mapped[Channel]
    value: Mapped[str] = mapped_column(String(120))
    visibility: Mapped[Visibility] = mapped_column(default=Visibility.HIDDEN)
    created_at: Mapped[datetime]
