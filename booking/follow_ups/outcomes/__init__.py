"""The list of outcomes, kept by administrators in both languages."""
