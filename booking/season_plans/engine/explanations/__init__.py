"""What is told of a plan beside its measure: the way to each lecture, and why a need is unmet."""
