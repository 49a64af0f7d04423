"""THE PROMISE BETWEEN A BRANCH AND AN INSTRUCTOR: request, answer, holds, history.

No mail, no calendars and no search here: those consume the events that this records.
"""
