"""THE DEMONSTRATION PROVINCE: 汀兰省, which does not exist.

``data`` is the door to what the province consists of: regions, fields, topics, workplaces, names of
branches, and the ``SIZES`` in which it can be built. ``people`` draws its instructors
and branches from a seed, ``demand`` the lectures that the branches want.

Everything is fictitious: region codes 99xxxx are unused, no mobile number begins with 1200, and
all mail goes to example.org. All modules but ``build`` are pure; ``build`` goes through the
services only. Not here: rules of the product, or data that the product needs to work.
"""
