"""Display texts of season plans."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.orders.season.engine.states import PlanFailure, PlanRowState, SeasonPlanState
from booking.season_plans.engine.explanations.unmet import HelpKind, WhyUnmet

PLAN_STATES: dict[SeasonPlanState, Text] = {
    SeasonPlanState.WAITING: _("Waiting to be computed"),
    SeasonPlanState.COMPUTING: _("Being computed"),
    SeasonPlanState.READY: _("Ready"),
    SeasonPlanState.FAILED: _("No plan"),
}

PLAN_MARKS: dict[SeasonPlanState, str] = {
    SeasonPlanState.WAITING: "◇",
    SeasonPlanState.COMPUTING: "◔",
    SeasonPlanState.READY: "✓",
    SeasonPlanState.FAILED: "✕",
}

PLAN_LOOKS: dict[SeasonPlanState, str] = {
    SeasonPlanState.WAITING: "open",
    SeasonPlanState.COMPUTING: "requested",
    SeasonPlanState.READY: "confirmed",
    SeasonPlanState.FAILED: "declined",
}
"""The look of the state's badge, as lectures have it."""

PLAN_FAILURES: dict[PlanFailure, Text] = {
    PlanFailure.STOPPED: _("It was stopped before there was a plan. Plan again, and wait longer."),
    PlanFailure.ENDED: _(
        "The computation ended without a plan. Plan fewer orders or a shorter period."
    ),
    PlanFailure.LOST: _(
        "The computation was interrupted, perhaps by a restart. Nothing was booked: plan again."
    ),
}

ROW_STATES: dict[PlanRowState, Text] = {
    PlanRowState.UNMET: _("Cannot be met"),
    PlanRowState.PROPOSED: _("Planned"),
    PlanRowState.PINNED: _("Pinned"),
    PlanRowState.EXCLUDED: _("Left out"),
    PlanRowState.ANEW: _("To be planned anew"),
    PlanRowState.ACCEPTED: _("Instructor asked"),
    PlanRowState.REFUSED: _("Could not be asked"),
}

ROW_MARKS: dict[PlanRowState, str] = {
    PlanRowState.UNMET: "○",
    PlanRowState.PROPOSED: "◇",
    PlanRowState.PINNED: "◆",
    PlanRowState.EXCLUDED: "↩",
    PlanRowState.ANEW: "↻",
    PlanRowState.ACCEPTED: "✓",
    PlanRowState.REFUSED: "✕",
}

ROW_LOOKS: dict[PlanRowState, str] = {
    PlanRowState.UNMET: "expired",
    PlanRowState.PROPOSED: "open",
    PlanRowState.PINNED: "requested",
    PlanRowState.EXCLUDED: "withdrawn",
    PlanRowState.ANEW: "open",
    PlanRowState.ACCEPTED: "confirmed",
    PlanRowState.REFUSED: "declined",
}

WHY_UNMET: dict[WhyUnmet, Text] = {
    WhyUnmet.LEFT_OUT: _("left out"),
    WhyUnmet.PIN_REFUSED: _("the pinned time is no longer possible"),
    WhyUnmet.NOBODY_TEACHES: _("nobody in the register teaches this"),
    WhyUnmet.NOBODY_SERVES: _("nobody who teaches this comes to this region"),
    WhyUnmet.NOBODY_FREE: _("nobody is free at the wished times"),
    WhyUnmet.TAKEN_BY_PLAN: _("all who are free are needed for other orders of the plan"),
}

HELP_KINDS: dict[HelpKind, Text] = {
    HelpKind.ANOTHER_TIME: _("at another time"),
    HelpKind.ONLINE: _("as a lecture online"),
    HelpKind.ANOTHER_REGION: _("by somebody who does not serve this region yet"),
}
