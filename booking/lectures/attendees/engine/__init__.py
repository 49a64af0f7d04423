"""Pure code of named attendees: the link by which they take themselves off."""
