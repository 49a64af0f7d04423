"""Who teaches what, where: the register of instructors.

Instructors, the topics they lecture on, their fields and audiences, the regions they serve, and
their contacts with the consent to show them. Also how a Chinese name is transcribed, sorted and
searched (`engine.names`, with the tables in `engine.surnames`).

Not here: when an instructor is available (`availability`), lectures (`lectures`), the search page
and its ranking (`directory`), and spreadsheets (`register`).
"""
