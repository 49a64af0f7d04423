"""People with accounts: who has which membership, and what coordinators may change of it."""
