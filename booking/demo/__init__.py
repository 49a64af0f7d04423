"""THE DEMONSTRATION PROVINCE: 汀兰省, which does not exist.

``engine.data`` collects the constants of the province: regions, fields, topics, workplaces, names
of branches, and the ``SIZES`` in which it can be built. ``engine.people`` generates its
instructors and branches from a seed, ``engine.demand`` the lectures that the branches request.

Everything is fictitious: region codes 99xxxx are unused, no mobile number begins with 1200, and
all mail goes to example.org. ``build`` writes through the services only; ``engine`` is pure. Not
here: rules of the product, or data that the product needs to work.
"""
