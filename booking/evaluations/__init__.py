"""Evaluations after a lecture: by its branch, and by listeners who scan a code in the hall.

Nobody is ranked: numbers are shown for groups of `engine.groups.LEAST` answers, in the order of
time or of the alphabet. Not: links and devices of listeners (`listener_links`), effects later.
"""
