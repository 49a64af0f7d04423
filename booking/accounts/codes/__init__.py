"""Signing in by a code that is sent to the account's telephone. Not: how it is sent."""
