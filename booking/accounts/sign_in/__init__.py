"""Signing in with a password: counting attempts, the hash, the stored sign-ins, their cookies.

Not: the second step (`factors`).
"""
