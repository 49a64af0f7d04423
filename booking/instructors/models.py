"""Tables of the register: instructors, their topics and fields, and their contacts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
    func,
    literal_column,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from booking.accounts.models import Region
from booking.db import Base
from booking.instructors.engine.vocabulary import (
    Audience,
    Channel,
    Format,
    Listed,
    TopicState,
    bits,
    members,
)


class Members(TypeDecorator[tuple[Listed, ...]]):
    """Members of an enumeration, stored as one integer (`vocabulary.bits`)."""

    impl = Integer
    cache_ok = True

    def __init__(self, kind: type[Listed]) -> None:
        super().__init__()
        self.kind: type[Listed] = kind

    def process_bind_param(self, value: tuple[Listed, ...] | None, dialect: Dialect) -> int | None:
        """Encode the members as an integer."""
        return None if value is None else bits(value)

    def process_result_value(
        self, value: int | None, dialect: Dialect
    ) -> tuple[Listed, ...] | None:
        """Decode the members from an integer."""
        return None if value is None else members(self.kind, value)


class Field(Base):
    """A field of the controlled list, which has two levels (领域)."""

    __tablename__ = "field"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    name_en: Mapped[str | None] = mapped_column(String(60))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("field.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("field.id"), index=True)
    """The field that took this one in, which is no alias itself: its code and name lead there."""


class InstructorField(Base):
    """An instructor works in a field."""

    __tablename__ = "instructor_field"

    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), primary_key=True
    )
    field_id: Mapped[int] = mapped_column(ForeignKey("field.id"), primary_key=True, index=True)


class Synonym(Base):
    """A search for `word` also finds entries with `means`; not the other way round (近义词)."""

    __tablename__ = "synonym"
    __table_args__ = (UniqueConstraint("word", "means"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(String(50))
    means: Mapped[str] = mapped_column(String(50))


class ServedRegion(Base):
    """An instructor teaches in a region and all under it (可服务区域)."""

    __tablename__ = "served_region"

    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), primary_key=True
    )
    region_code: Mapped[str] = mapped_column(
        ForeignKey("region.code"), primary_key=True, index=True
    )


def _covering_index(name: str, *texts: str) -> Index:
    """A covering index for searches on SQLite; the cheapest columns come first.

    Not on PostgreSQL, which refuses index entries longer than a third of a page; these texts have
    no limit.
    """
    columns = ("listed", "sort_key", "id", "audience_bits", "format_bits", "public", "search_codes")
    return Index(name, *columns, *texts, info={"only": "sqlite"}).ddl_if(dialect="sqlite")


class Instructor(Base):
    """A person in the register (讲师). Contacts have their own table, hidden by default."""

    __tablename__ = "instructor"
    __table_args__ = (
        UniqueConstraint("name", "workplace"),
        Index(
            "ix_instructor_listing",
            "listed",
            "sort_key",
            "id",
            postgresql_include=["audience_bits", "format_bits", "public"],
        ),
        # SQLite scans these instead of the far wider rows: the first for searches without words,
        # the second for Chinese words, the third for Latin letters.
        _covering_index("ix_instructor_codes"),
        _covering_index("ix_instructor_words", "search_text"),
        _covering_index("ix_instructor_search", "search_text", "search_pinyin"),
        # PostgreSQL finds words and codes by their terms. `search_terms` is a database function
        # of migration 0007.
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
    """Overrides the reading where the table of readings is wrong for this person."""
    sort_key: Mapped[str] = mapped_column(
        # Compared bytewise: a language's collation would ignore the spaces between syllables.
        String(200).with_variant(String(200, collation="C"), "postgresql")
    )
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Normalised text of everything that a search can match."""
    search_pinyin: Mapped[str] = mapped_column(Text, default="")
    """Pinyin and initials of the same, each after a space: matched by prefix."""
    search_codes: Mapped[str] = mapped_column(Text, default="")
    """Codes of fields and their parent fields, and of served regions (`index_terms.codes`)."""
    audience_bits: Mapped[int] = mapped_column(default=0)
    """Audiences of all active topics (`vocabulary.bits_over`)."""
    format_bits: Mapped[int] = mapped_column(default=0)
    """Formats of all active topics; a topic without formats counts as all of them."""
    workplace: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    gender: Mapped[str | None] = mapped_column(String(1))
    birth_month: Mapped[str | None] = mapped_column(String(7))
    introduction: Mapped[str] = mapped_column(Text, default="")
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    listed: Mapped[bool] = mapped_column(default=True)
    public: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the person agreed that everybody sees the entry (`contacts/consents/`). It counts
    where the installation lets each person decide (`settings`, PUBLIC_REGISTER)."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """When it was last said that all is still right; None: never since it was added."""
    reminded_at: Mapped[datetime | None]
    """When the person was last reminded to look at it."""

    region: Mapped[Region] = relationship(lazy="joined")
    fields: Mapped[list[Field]] = relationship(secondary="instructor_field", order_by=Field.id)
    topics: Mapped[list[Topic]] = relationship(back_populates="instructor", order_by="Topic.id")
    serves: Mapped[list[Region]] = relationship(secondary="served_region", order_by=Region.code)


class Topic(Base):
    """What an instructor lectures on (专题)."""

    __tablename__ = "topic"
    __table_args__ = (
        UniqueConstraint("instructor_id", "title"),
        CheckConstraint("minutes BETWEEN 5 AND 480", name="minutes_sensible"),
        Index("ix_topic_state", "instructor_id", "state", "id"),
        Index("ix_topic_title", "title"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[int] = mapped_column(default=120)
    field_id: Mapped[int | None] = mapped_column(ForeignKey("field.id"), index=True)
    state: Mapped[TopicState] = mapped_column(default=TopicState.REVIEWED)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    """The last day on which it is offered, inclusive."""
    audiences: Mapped[tuple[Audience, ...]] = mapped_column(Members(Audience), default=())
    """Intended audiences; empty means everybody."""
    formats: Mapped[tuple[Format, ...]] = mapped_column(Members(Format), default=())
    """Possible formats; empty means an in-person lecture."""

    instructor: Mapped[Instructor] = relationship(back_populates="topics")
    field: Mapped[Field | None] = relationship()

    @hybrid_property
    def active(self) -> bool:
        """Whether it is offered."""
        return self.state is TopicState.REVIEWED

    @active.inplace.setter
    def _set_active(self, value: bool) -> None:
        self.state = TopicState.REVIEWED if value else TopicState.RETIRED

    @active.inplace.expression
    @classmethod
    def _active(cls) -> ColumnElement[bool]:
        return cls.state == TopicState.REVIEWED


class Contact(Base):
    """A telephone number or mail address of an instructor. Hidden unless the person consents."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("instructor_id", "channel", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id", ondelete="CASCADE"))
    channel: Mapped[Channel]
    value: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]


class MergedEntry(Base):
    """The id of an entry that was merged into another: old addresses lead to the kept one.

    The old entry is gone, so `old_id` refers to nothing; it is never given to another entry.
    """

    __tablename__ = "merged_entry"

    old_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(60))
    workplace: Mapped[str] = mapped_column(String(200))
    merged_at: Mapped[datetime]
