"""THE SAME AS JSON: search, free times and matching, to read only.

Below ``/api/v1``, described by ``/api/v1/openapi.json``. Each answer comes from the function that
the page calls, under the permission of the page, and says no more than the page. A refusal is
JSON with the page's sentence and status. What must not be here: rules, and writing.
"""
