"""WHO DID WHAT: what sign-ins leave in the audit log, the page that shows it, how long it is kept.

The log itself is `booking.audit`, below everything that records something.
"""
