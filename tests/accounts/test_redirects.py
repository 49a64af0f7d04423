"""Nobody is led to another site by an address that somebody else made."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from tests.browser import Client
from tests.databases import SqliteTemplate
from tests.factories import LI, PASSWORD, Cast

EVIL = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
)


@pytest.fixture
def database_url(sqlite_template: SqliteTemplate, sqlite_folder: Path) -> str:
    """Redirects do not depend on the database: one kind is enough."""
    return sqlite_template.copy_to(sqlite_folder)


def _leads_to(location: str) -> str:
    """The host that a browser goes to: it drops tabs and takes \\ for /."""
    plain = re.sub(r"[\t\r\n]", "", location).replace("\\", "/")
    target = urlsplit(urljoin("http://localhost/page", plain))
    return f"{target.scheme}://{target.netloc}"


@pytest.mark.parametrize("target", EVIL)
def test_no_switch_of_language_leads_away(client: Client, target: str) -> None:
    response = client.get("/language/en", query_string={"next": target})
    assert response.status_code == 302
    assert _leads_to(response.location) == "http://localhost"


@pytest.mark.parametrize("target", EVIL)
def test_no_sign_in_leads_away(client: Client, people: Cast, target: str) -> None:
    form = {"email": LI, "password": PASSWORD}
    by_form = client.post("/login", form | {"next": target})
    assert by_form.status_code in (422, 302)
    if by_form.status_code == 302:
        assert _leads_to(by_form.location) == "http://localhost"
        client.sign_out()
    by_address = client.post("/login", form, query_string={"next": target})
    if by_address.status_code == 302:
        assert _leads_to(by_address.location) == "http://localhost"
