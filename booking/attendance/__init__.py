"""The attendance list of a lecture (听课名单): who listened, if the branch wants to know.

A name or a number and nothing else, typed by listeners through a QR code or by the branch. It is
corrected by hand, its names are deleted by schedule, and its count stays. Not: people named before
the lecture, who get it by mail (`lectures.attendees`); no place, no picture, no points.
"""
