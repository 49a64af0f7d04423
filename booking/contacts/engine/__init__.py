"""Masks, periods and limits of contacts. Pure."""
