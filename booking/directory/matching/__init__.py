"""“Who can teach this?”: a topic, a district and days give instructors with times and reasons."""
