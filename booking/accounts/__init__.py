"""Authentication and authorisation: users, organisations, regions, memberships, permissions.

Not: data of instructors, schedules, lectures.
"""
