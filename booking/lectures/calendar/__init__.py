"""Lectures by month, week and list: of an instructor, a branch, or a coordinator's regions."""
