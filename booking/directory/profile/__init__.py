"""One instructor's page with a week of free times."""
