"""What is done about needs that were not met: people are asked to widen their area, or nominated.

Not: which needs were not met (`demand`).
"""
