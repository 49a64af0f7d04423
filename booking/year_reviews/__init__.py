"""The year of a branch or an instructor, and totals of the installation for everybody.

Not: statistics for coordinators, or what is done about needs that were not met.
"""
