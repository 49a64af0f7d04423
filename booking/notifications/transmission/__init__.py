"""Sends queued mail: leases, the SMTP connection, retries. Not: what a mail says."""
