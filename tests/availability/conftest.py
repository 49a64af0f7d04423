"""Signed-in clients for the tests of the editor."""

from __future__ import annotations

import pytest

from tests import factories
from tests.browser import Client
from tests.factories import Cast


@pytest.fixture
def chen(client: Client, people: Cast) -> Client:
    """A client signed in as Chen, in English."""
    return client.language("en").sign_in(factories.CHEN)
