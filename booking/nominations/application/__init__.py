"""The pages of whoever nominates: the form, and what has become of it."""
