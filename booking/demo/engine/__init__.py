"""The data of the demonstration province, generated from a seed; all of it is fictitious."""
