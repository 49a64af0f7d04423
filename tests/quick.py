"""Which tests `make quick` runs: those without servers, browsers and waiting, on SQLite."""

from __future__ import annotations

from pathlib import Path

import pytest

WITH_SERVERS = frozenset(
    "attacks chromium clients concurrency demo migrations properties webserver".split()
)
"""Folders of tests that start servers or browsers, or try many cases."""

LONG = frozenset(
    """
    accounts/test_access.py accounts/test_canary.py accounts/test_failed_sign_ins.py
    accounts/test_key_rotation.py accounts/test_second_step.py accounts/test_unlisted.py
    administration/test_first_start.py administration/test_foreign_settings.py
    architecture/test_connections.py architecture/test_containers.py architecture/test_documents.py
    architecture/test_homes.py availability/test_days_off_pages.py
    availability/test_external_limits.py availability/test_fetching.py
    availability/test_offered_is_bookable.py availability/test_preview.py
    availability/test_public_files.py contacts/test_requests.py directory/test_links_to_bookings.py
    directory/test_matching.py entries/test_pages.py i18n/test_factor_pages.py i18n/test_pages.py
    lectures/test_board_commands.py lectures/test_life.py lectures/test_machine.py
    members/test_invitations.py nominations/test_certificate.py notifications/test_broken_servers.py
    notifications/test_delivery.py notifications/test_mail_folders.py notifications/test_order.py
    notifications/test_robots.py notifications/test_texts.py orders/test_order_machine.py
    orders/test_order_pages.py orders/test_season_pages.py orders/test_season_plans.py
    pages/test_query_counts.py privacy/test_canary_everywhere.py privacy/test_canary_vanishes.py
    proposals/test_pages.py register/test_bombs.py register/test_import.py
    register/test_import_pages.py register/test_import_regions.py register/test_unreadable.py
    replies/test_answers.py replies/test_calendar_replies.py replies/test_sources.py
    season_plans/test_search.py season_plans/test_solver_process.py tests/test_commands.py
    tests/test_config.py tests/test_files.py tests/test_incoming.py tests/test_limits.py
    tests/test_long_input.py tests/test_queue.py web/test_assets.py web/test_error_pages.py
    web/test_foreign_forms.py web/test_hosts.py web/test_outage.py web/test_unseen_things.py
    """.split()
)
"""Other files of tests that start processes, wait, or try many cases: each takes over 2 s."""

SERVERS = frozenset({"smtp", "postgres", "site", "place", "imap"})
"""Fixtures that start a server."""


def is_left_out(path: Path) -> bool:
    """Whether no test of a file or folder is quick: `make quick` does not even read it."""
    return path.name in WITH_SERVERS or f"{path.parent.name}/{path.name}" in LONG


def is_quick(item: pytest.Item) -> bool:
    """Whether `make quick` runs a test."""
    if item.path.parent.name in WITH_SERVERS or is_left_out(item.path):
        return False
    if not isinstance(item, pytest.Function):
        return False
    values = item.callspec.params if hasattr(item, "callspec") else {}
    return values.get("database_url") != "postgresql" and not SERVERS & set(item.fixturenames)
