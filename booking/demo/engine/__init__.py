"""What the demonstration province consists of, drawn from a seed; all of it is fictitious."""
