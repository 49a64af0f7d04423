"""The commands of `flask` that concern several features, and the start script of `make run`.

Not: commands of one feature (module `commands` of the feature).
"""
