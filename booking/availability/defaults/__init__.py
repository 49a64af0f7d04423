"""Default hours: a week that a coordinator fills in for people without any hours.

They are hours like others for searches and bookings, and marked as not confirmed by the person
until that person keeps or changes them. Not: which people of an import (`register`).
"""
