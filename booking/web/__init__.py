"""Web infrastructure: template globals, error pages, origin checks, input cleaning, rate limits.

Not: anything about one feature.
"""
