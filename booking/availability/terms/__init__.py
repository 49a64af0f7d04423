"""Terms of appointment (聘期), suspensions, and the days on which topics are offered."""
