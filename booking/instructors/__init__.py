"""WHO TEACHES WHAT, WHERE: the register.

Here live the instructor, the topics that a person lectures on, the fields and audiences they
belong to, the regions a person serves, and the contacts with the consent to show them. Also how
a Chinese name is read, sorted and found (``names``, with the tables in ``surnames``).

Not here: when somebody is free (``availability``), what was promised to whom (``lectures``), the
search page that ranks people (``directory``), and spreadsheets (``register``).
"""
