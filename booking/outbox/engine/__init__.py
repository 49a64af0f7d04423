"""The declaration of a kind of event: name, payload type, version. Pure."""
