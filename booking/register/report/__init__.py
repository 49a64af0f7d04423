"""The report of an import, which leads on to hours and invitations, and from which it is undone."""
