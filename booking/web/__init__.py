"""Web infrastructure: template globals, error pages, static files, compression, light and dark
theme, origin checks, input cleaning, rate limits.

Not: anything about one feature.
"""
