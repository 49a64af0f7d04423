"""People with accounts: memberships, invitations to join, and the sign-up of branches.

Not here: how somebody signs in (`accounts`).
"""
