"""Season plans of a coordinator (统筹派课): open orders planned together, accepted row by row.

The web request stores a plan and wakes the worker, which computes it in a child process. Nothing
is booked before a row is accepted: then its lecture is offered as by any other dispatch. Not: how a
plan is found (`season_plans`).
"""
