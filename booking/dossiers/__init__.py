"""Dossiers (台账): the record of each lecture to print and file, lists of them, certificates of service.

A dossier is read when it is asked for. What lower features know of a lecture comes in as typed parts
(`records/parts.py`), connected in `create_app`. Not: what happens in a lecture.
"""
