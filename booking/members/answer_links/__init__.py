"""Links by which somebody without mail answers a request, handed over by a coordinator.

Not here: the answer itself (`lectures`).
"""
