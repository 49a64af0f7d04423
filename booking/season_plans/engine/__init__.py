"""The computation of a season plan: needs and schedules in, assignments and reasons out. Pure."""
