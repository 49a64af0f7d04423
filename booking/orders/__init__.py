"""Orders (点单): a branch's need, dispatched to an instructor or claimed by one (派单, 接单).

Not: what becomes of a lecture; offers are ordinary booking requests.
"""
