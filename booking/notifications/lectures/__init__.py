"""Mails about lectures: who gets which, with the calendar in it. Not: how mail is sent."""
