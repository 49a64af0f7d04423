"""What is still to be done until the first lecture: counts that lead to the lists."""
