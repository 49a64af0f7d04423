"""Pure code of evaluations: questions, the scale, times, and which groups are shown."""
