"""One instructor's page with a week of bookable slots."""
