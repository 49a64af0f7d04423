"""Whoever the tests of the editor sign in."""

from __future__ import annotations

import pytest

from tests import factories
from tests.browser import Client
from tests.factories import Cast


@pytest.fixture
def chen(client: Client, people: Cast) -> Client:
    """Chen, who edits the own hours in English."""
    return client.language("en").sign_in(factories.CHEN)
