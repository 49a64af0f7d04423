"""What people agree to: for which purpose, by which channel, by which version of the text.

Not here: what a consent lets others see (`visibility`); acts that show a contact (`contacts`).
"""
