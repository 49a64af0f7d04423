"""My page: what is known about a person, from where, who sees it, and who saw it."""
