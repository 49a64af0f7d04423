"""The routes that open no page, with the reasons."""

from __future__ import annotations

from booking.accounts.guards import SWITCHED_OFF

NOT_OPENED = {
    "static": "a file",
    "security.static": "a file",
    "accounts.language": "leads back",
    "accounts.theme": "leads back",
    "accounts.start": "leads on",
    "availability.own": "leads on",
    "entries.own": "leads on",
    "security.change_email_confirm": "a link of a mail, which leads on",
    "security.reset_password": "a link of a mail, with two fields",
    "security.tf_select": "between the password and the second step",
    "security.two_factor_token_validation": "between the password and the second step",
    "security.mf_recovery": "between the password and the second step",
    "factors.remove_authenticator": "for those who have an authenticator",
    "security.wan_delete": "leads back",
    "administration.setup": "a link of the first start; see tests/chromium/test_first_start",
    "administration.setup_regions": "a file of the first start; see tests/administration",
    "accounts.address": "for accounts without an address; see tests/accounts/test_own_names",
    "accounts.confirm_address": "a link of a mail; see tests/accounts/test_own_names",
    "operations.download": "the file of a backup, after the password",
    **dict.fromkeys(SWITCHED_OFF, "is switched off"),
}
"""GET routes that open no page here, and why."""

SEEN_AT_LOCALHOST = {
    "security.wan_register": "passkeys need a name instead of a number",
    "security.wan_signin": "passkeys need a name instead of a number",
}
"""GET routes that `tests/chromium/test_passkeys.py` opens, and why no other does."""

NO_HTML = {
    "calendars.download": "a calendar file",
    "feeds.document": "a calendar file",
    "me.export_json": "JSON",
    "me.export_xlsx": "a spreadsheet",
    "organisations.export": "a spreadsheet",
    "statistics.export": "a spreadsheet",
    "exports.download": "a spreadsheet",
    "knowledge_tests.template": "a spreadsheet",
    "dossiers.listing_file": "a spreadsheet or PDF",
    "dossiers.show_pdf": "a PDF",
    "dossiers.certificate_pdf": "a PDF",
    "entries.picture": "a picture",
    "follow_ups.document": "a document",
    "visibility.robots": "a text for programs",
    "nominations.certificate": "a PDF",
    "oversight.export_entries": "a table",
    "oversight.export_reveals": "a table",
    "api-docs.openapi_json": "JSON",
    "register.marked": "a spreadsheet",
    "register.empty_form": "a spreadsheet",
    "api.instructors": "JSON",
    "api.slots": "JSON",
    "api.matches": "JSON",
}
"""GET routes whose answer is no HTML, and what it is."""
