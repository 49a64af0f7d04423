"""What is shown of persons in the demonstration: contacts, consents, and the own page."""
