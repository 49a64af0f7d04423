"""Papers as PDF files, for all features: typeset by typst from plain texts, in a child process.

A layout (`layouts/*.typ`) gets its texts as data, so that nothing which somebody typed is read as
markup. What a paper says belongs to the features.
"""
