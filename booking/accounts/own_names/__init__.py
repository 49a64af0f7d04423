"""By what one's own account is known: add a mail address to it, set its telephone number.

Not here: another address in place of one (`accounts/address_change.py`).
"""
