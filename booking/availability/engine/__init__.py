"""From hours, rules and busy times to slots, on half-open intervals of UTC instants.

Not here: loading these values (`loading`), lectures.
"""
