"""What becomes of each text about a person who has left, and doing it.

Not here: when (`exits`); what goes by its age alone (`retention`).
"""
