"""How people can be reached: their contacts, consents, grants, recorded reveals, relayed messages.

Not here: who may see which datum (`visibility`); the names with which people sign in (`accounts`);
which lectures exist (who shares a lecture is passed in).
"""
