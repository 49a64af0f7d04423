"""Personal data are deleted by schedule: the rules, a worker's job, a dry run, and what went when.

Not here: what a person asks to be deleted; sign-in attempts, which end with the delay they cause.
"""
