"""The style guide: every component of the pages in every state, in development only.

Not: anything that a page needs. The components themselves are `templates/components/`.
"""
