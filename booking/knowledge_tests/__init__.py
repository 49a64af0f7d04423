"""Short knowledge tests of lectures: banks of questions by topic, and the change of a group.

A test is asked before and after a lecture by links for listeners. Not: the links themselves, and
never what one person knew: only the device that answered sees its own result.
"""
