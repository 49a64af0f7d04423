"""What pages share: templates' globals, error pages, and what makes a request safe.

Not: anything about one feature.
"""
