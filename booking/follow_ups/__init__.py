"""Effect later (成效回访): what a lecture has changed in the work, asked of the branch afterwards.

- `engine/` when to ask and to remind.
- `outcomes/` the list of outcomes from which a branch chooses, which administrators keep.
- `documents/` the one document of an answer.

Not: how the lecture itself was, which is asked of the branch and of listeners at once.
"""
