"""Dossiers (台账): each lecture's record to print and file, lists of them, certificates of service.

A dossier is read when it is asked for. What other features know of a lecture comes in as typed
parts (`records/parts.py`), connected in `create_app`. Not: what happens in a lecture.
"""
