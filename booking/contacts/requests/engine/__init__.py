"""States of requests for a contact, and their events. Pure."""
