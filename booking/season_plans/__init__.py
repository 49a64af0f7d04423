"""A season at once (统筹派课): many needs planned together, each with an instructor and a time.

`engine` computes plans, `solver_process` runs it in a child process with limits. Nothing is booked
here: a plan is a proposal until a coordinator accepts it. Not: the needs themselves.
"""
