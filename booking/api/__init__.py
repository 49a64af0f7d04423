"""READ-ONLY JSON API: search, bookable slots and matching.

Below ``/api/v1``, described by ``/api/v1/openapi.json``. Each response comes from the function that
the page calls, under the same permission, and discloses no more than the page. An error is JSON
with the page's message and status. What must not be here: rules, and writing.
"""
