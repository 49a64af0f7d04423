"""The digest for coordinators: what waits in their regions, in one mail.

Features above hand in what waits with them (`parts`). Not: single mails about what happened.
"""
