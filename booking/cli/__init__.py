"""The commands of `flask`, how they write, and what `make run` starts with.

Not: what only one feature's commands do (`commands` of the feature).
"""
