"""Demand that was not met: needs that came to nothing, and search words that found nothing.

Not: what is done about it (`recruiting`).
"""
