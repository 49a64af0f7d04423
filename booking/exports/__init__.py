"""Large files that are made by the worker, for the person who asked, and are gone after a day.

What is in a file belongs to the feature that registers its kind. Not: small files, which a feature
makes while the request waits.
"""
