"""The calendar of official days off and make-up workdays (调休): stored, filled, imported."""
