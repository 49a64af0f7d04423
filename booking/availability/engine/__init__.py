"""From hours, rules and busy times to slots, on half-open intervals of UTC instants.

Not: where these values come from (`loading`), lectures.
"""
