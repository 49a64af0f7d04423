"""Further people of the branch who take part in a lecture, named one by one.

They have no account and no rights: their calendars get the lecture by mail, no more. Not: the mails
(`notifications/lectures`), and branches that share a lecture (`listeners`).
"""
