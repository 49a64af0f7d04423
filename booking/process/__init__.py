"""This process and the machine: private files, child processes with limits, the log, garbage.

Not: requests, the database.
"""
