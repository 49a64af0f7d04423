"""The pages that run an installation: the menu of all that is kept, first start, operations.

Not here: the work of one feature, which has its pages itself.
"""
