"""A coordinator is shown a contact for a case, and keeps the contacts of an entry."""
