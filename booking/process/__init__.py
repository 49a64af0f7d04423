"""The process: private files, sandboxed child processes, log redaction, garbage collection.

Not: requests, the database.
"""
