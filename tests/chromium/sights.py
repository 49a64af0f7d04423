"""The pages that Chromium opens, each as somebody sees it.

`tests/pages/test_sights.py` fails where a route has none.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests import factories

CHEN, LI, SUN, WANG = factories.CHEN, factories.LI, factories.SUN, factories.WANG
ZHAO, ZHOU = factories.ZHAO, factories.ZHOU


@dataclass(frozen=True, slots=True)
class Sight:
    """A page as somebody sees it. {…} in the path are values of the running installation."""

    name: str
    who: str | None
    path: str
    status: int = 200
    form: bool = False
    """A form that came back: what to do stands at its fields."""
    other: bool = False
    """Opened by somebody else than who it is for, and perhaps refused."""


PAGES = (
    Sight("home", None, "/"),
    Sight("search", None, "/instructors?q=ming&region=990102"),
    Sight("search-all", None, "/instructors"),
    Sight("search-filters", None, "/instructors?format=lecture&audience=students"),
    Sight("search-nobody", None, "/instructors?q=nobodyatall&region=990202"),
    Sight("match", None, "/match"),
    Sight("match-answer", LI, "/match?q=急救&region=990102&part=morning&part=09:30"),
    Sight("match-nobody", None, "/match?q=nobodyatall+whoever&region=990102"),
    Sight("match-wrong", None, "/match?q=急救&minutes=5&to=2000-01-01", 422, form=True),
    Sight("instructor", None, "/instructors/{chen}"),
    Sight("instructor-past", None, "/instructors/{chen}?day=2000-01-03"),
    Sight("instructor-far", None, "/instructors/{chen}?day=2999-01-03"),
    Sight("login", None, "/login"),
    Sight("styleguide", None, "/styleguide"),
    Sight("forgotten", None, "/reset"),
    Sight("mail", factories.ROOT, "/mail"),
    Sight("audit", factories.ROOT, "/audit"),
    Sight("audit-nothing", factories.ROOT, "/audit?last=2001-01-01"),
    Sight("audit-wrong", factories.ROOT, "/audit?first=2002-01-01&last=2001-01-01", 422, form=True),
    Sight("book", LI, "{book}"),
    Sight("book-signed-out", None, "{book}"),
    Sight("book-refused", LI, "/instructors/{chen}/book?topic={topic}&start=8999-12-03T08:30"),
    Sight("book-times", LI, "/instructors/{chen}/book?topic={topic}&start=8999-12-03T08:30&day="),
    Sight(
        "login-chosen",
        None,
        "/login?next=/instructors/{chen}/book%3Ftopic={topic}%26start=8999-12-03T08:30",
    ),
    Sight("instructor-coordinator", WANG, "/instructors/{chen}"),
    Sight("requested-branch", LI, "/lectures/{requested}"),
    Sight("confirmed-branch", LI, "/lectures/{confirmed}"),
    Sight("declined-branch", LI, "/lectures/{declined}"),
    Sight("cancelled-branch", LI, "/lectures/{cancelled}"),
    Sight("submitted-branch", LI, "/lectures/{submitted}"),
    Sight("submitted-coordinator", WANG, "/lectures/{submitted}"),
    Sight("returned-branch", LI, "/lectures/{returned}"),
    Sight(
        "correct",
        LI,
        "/instructors/{chen}/book?topic={topic}&start=8999-12-03T08:30&correct={returned}",
    ),
    Sight("over-branch", LI, "/lectures/{over}"),
    Sight("book-on-behalf", WANG, "/instructors/{chen}/book?topic={topic}&start=8999-12-03T08:30"),
    Sight("reviews", WANG, "/reviews"),
    Sight("board-review", WANG, "/board?show=review"),
    Sight("board-record", WANG, "/board?show=record"),
    Sight("mine", LI, "/lectures"),
    Sight("move", LI, "/lectures/{promised}/move"),
    Sight("replace-nobody", LI, "/lectures/{promised}/replace"),
    Sight("replace", ZHAO, "/lectures/{agreed}/replace"),
    Sight("moved-branch", ZHAO, "/lectures/{moved}"),
    Sight("moved-coordinator", SUN, "/lectures/{moved}"),
    Sight("mine-proposals", ZHAO, "/lectures"),
    Sight("handed-asked", ZHOU, "/lectures/{handed}"),
    Sight("inbox-proposals", ZHOU, "/inbox"),
    Sight("proposal-link", None, "/proposal/{proposal}"),
    Sight("error-proposal", None, "/proposal/spoilt", 404),
    Sight("feeds-branch", LI, "/feeds"),
    Sight("account", LI, "/account"),
    Sight("sign-ins", LI, "/account/sign-ins"),
    Sight("address", LI, "/change-email"),
    Sight("password", LI, "/change"),
    Sight("inbox", CHEN, "/inbox"),
    Sight("calendar-instructor", CHEN, "/inbox/calendar"),
    Sight("calendar-branch", LI, "/lectures/calendar?view=week"),
    Sight("calendar-region", WANG, "/board/calendar?view=list"),
    Sight("requested-instructor", CHEN, "/lectures/{requested}"),
    Sight("availability", CHEN, "/instructors/{chen}/availability"),
    Sight("calendars", CHEN, "/instructors/{chen}/availability/calendars"),
    Sight("timetable-new", CHEN, "/instructors/{chen}/availability/timetables/new"),
    Sight("terms", CHEN, "/instructors/{chen}/terms"),
    Sight("terms-coordinator", WANG, "/instructors/{chen}/terms"),
    Sight("suspensions", WANG, "/instructors/{chen}/suspensions"),
    Sight("topics", CHEN, "/instructors/{chen}/topics"),
    Sight("topic-days", CHEN, "/instructors/{chen}/topics/{topic}/days"),
    Sight("closed-days", CHEN, "/instructors/{chen}/closed-days"),
    Sight("half-days", WANG, "/half-days"),
    Sight("feeds-instructor", CHEN, "/feeds"),
    Sight("import", WANG, "/register/import"),
    Sight("board", WANG, "/board"),
    Sight("board-month", WANG, "/board?show=all&month="),
    Sight("board-nothing", WANG, "/board?q=nobodyatall&account=none&due=soon"),
    Sight("request-limits", WANG, "/request-limits"),
    Sight("request-limit", WANG, "/request-limits/{branch}"),
    Sight("availability-coordinator", WANG, "/instructors/{chen}/availability"),
    Sight("requested-coordinator", WANG, "/lectures/{requested}"),
    Sight("orders", LI, "/orders"),
    Sight("order-new", LI, "/orders/new?q=急救"),
    Sight("order-again", LI, "/orders/new?like={order}"),
    Sight("order-branch", LI, "/orders/{order}"),
    Sight("order-offered", LI, "/orders/{offered}"),
    Sight("order-coordinator", WANG, "/orders/{order}"),
    Sight("orders-board", WANG, "/orders/board"),
    Sight("orders-nothing", WANG, "/orders/board?show=unmet"),
    Sight("season", WANG, "/orders/season"),
    Sight("season-wrong", WANG, "/orders/season?first=2999-01-01&last=2998-01-01", 422, form=True),
    Sight("season-plan", WANG, "/orders/season/{season}"),
    Sight("needs", CHEN, "/needs"),
    Sight("need", CHEN, "/needs/{order}"),
    Sight("verify", LI, "/verify"),
    Sight("factors", LI, "/account/factors"),
    Sight("authenticator", LI, "/account/factors/authenticator"),
    Sight("recovery-codes", LI, "/account/recovery-codes"),
    Sight("synonyms", WANG, "/synonyms"),
    Sight("timetable", SUN, "/instructors/{another}/availability/timetables/{timetable}"),
    Sight("term-remove", SUN, "/instructors/{another}/terms/{term}/remove"),
    Sight("suspension-end", SUN, "/instructors/{another}/suspensions/{suspension}/end"),
    Sight("suspension-remove", SUN, "/instructors/{another}/suspensions/{suspension}/remove"),
    Sight("people", WANG, "/people"),
    Sight("people-nobody", WANG, "/people?q=nobodyatall&show=suspended"),
    Sight("person", WANG, "/people/{person}"),
    Sight("person-admin", factories.ROOT, "/people/{person}"),
    Sight("give", WANG, "/people/{person}/give?role=branch&q=支部"),
    Sight("give-this", WANG, "/people/{person}/give?instructor_id={chen}"),
    Sight("invite", WANG, "/people/invite?role=coordinator"),
    Sight("invite-branch", WANG, "/people/invite?organisation_id={branch}"),
    Sight("invite-several", WANG, "/people/invite-several"),
    Sight("invitations", WANG, "/invitations"),
    Sight("invitation", None, "/invitation/{invitation}"),
    Sight("invitation-signed-in", ZHAO, "/invitation/{invitation}"),
    Sight("invitation-spoilt", None, "/invitation/spoilt", 404),
    Sight("new-password", None, "/new-password/{reset}"),
    Sight("new-password-gone", None, "/new-password/spoilt", 404),
    Sight("join", None, "/join"),
    Sight("joined", None, "/join/{joined}"),
    Sight("join-requests", WANG, "/join-requests"),
    Sight("join-request", WANG, "/join-requests/{join_request}"),
    Sight("one-mail", factories.ROOT, "/mail/1"),
    Sight("import-preview", SUN, "/register/import/{draft}"),
    Sight("import-report", SUN, "/register/import/{report}/report"),
    Sight("error-404", None, "/nowhere", 404),
    Sight("error-403", WANG, "/inbox", 403),
    Sight("error-404-other", factories.ZHAO, "/lectures/{requested}", 404),
    Sight("error-404-lecture", LI, "/lectures/YK-2026-999999", 404),
    Sight("error-answer", None, "/answer/spoilt", 404),
    Sight("error-time", LI, "/instructors/{chen}/book?topic={topic}&start=noon", 422),
    Sight("error-405", LI, "/lectures/{requested}/cancel", 405),
    Sight("error-feed", None, "/feed/nothing.ics", 404),
)
