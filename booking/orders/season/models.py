"""Tables of season plans: a plan with its progress, and one row for each of its orders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.availability.engine.offers import WhyNot
from booking.db import Base
from booking.instructors.models import Instructor, Topic
from booking.orders.models import Order
from booking.orders.season.engine.states import PlanFailure, PlanRowState, SeasonPlanState
from booking.season_plans.engine.explanations.unmet import WhyUnmet


class SeasonPlan(Base):
    """Orders planned together for a period, by one coordinator."""

    __tablename__ = "season_plan"
    __table_args__ = (
        CheckConstraint("first <= last", name="days_in_order"),
        Index("ix_season_plan_user", "user_id", "id"),
        Index("ix_season_plan_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    """The coordinator who asked for it, and alone sees it."""
    first: Mapped[date]
    last: Mapped[date]
    state: Mapped[SeasonPlanState]
    failure: Mapped[PlanFailure | None]
    stop_asked: Mapped[bool] = mapped_column(default=False)

    left_out: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """Whom the coordinator leaves out: `engine.states.LeftOut` as JSON."""

    orders: Mapped[int]
    """How many needs are planned, without those left out."""
    met: Mapped[int] = mapped_column(default=0)
    travel_minutes: Mapped[int] = mapped_column(default=0)
    greedy_met: Mapped[int] = mapped_column(default=0)
    """What first come, first served would have met."""
    greedy_minutes: Mapped[int] = mapped_column(default=0)
    reachable: Mapped[int] = mapped_column(default=0)
    """No plan meets more."""
    rounds: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[int] = mapped_column(default=0)
    optimal: Mapped[bool] = mapped_column(default=False)
    """Whether no plan is better."""

    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    """When the worker last wrote that it computes."""
    finished_at: Mapped[datetime | None]


class SeasonPlanRow(Base):
    """One order of a plan: its assignment, or why it has none."""

    __tablename__ = "season_plan_row"
    __table_args__ = (UniqueConstraint("plan_id", "order_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("season_plan.id", ondelete="CASCADE"))
    order_id: Mapped[int] = mapped_column(
        ForeignKey("branch_order.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[PlanRowState]
    instructor_id: Mapped[int | None] = mapped_column(
        ForeignKey("instructor.id", ondelete="SET NULL"), index=True
    )
    topic_id: Mapped[int | None] = mapped_column(
        ForeignKey("topic.id", ondelete="SET NULL"), index=True
    )
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    travel_minutes: Mapped[int | None]
    reason: Mapped[WhyUnmet | None]
    closed_by: Mapped[WhyNot | None]
    """The rule that closes most days, where nobody is free."""
    helps: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """What would help: `season_plans.engine.explanations.unmet.Help` as JSON."""
    refusal: Mapped[str] = mapped_column(Text, default="")
    """Why it could not be dispatched, in the language of who tried."""

    order: Mapped[Order] = relationship()
    instructor: Mapped[Instructor | None] = relationship()
    topic: Mapped[Topic | None] = relationship()

    @property
    def assigned(self) -> bool:
        """Whether it has an instructor, a topic and a time."""
        return None not in (self.instructor_id, self.topic_id, self.starts_at)
