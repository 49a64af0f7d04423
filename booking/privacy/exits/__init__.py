"""A person leaves: asked for, taken back, carried out when nothing is owed any more.

Not here: what is erased where (`erasure`); a departure without erasing (`nominations`).
"""
