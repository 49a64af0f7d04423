"""Password sign-in: limits of attempts, password hashing, server-side sessions, their cookies.

Not: the second factor (`factors`).
"""
