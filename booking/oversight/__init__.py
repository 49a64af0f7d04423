"""Recording of sign-ins in the audit log, the page of the log, and its retention.

The log itself is `booking.audit`, below all modules that record something.
"""
