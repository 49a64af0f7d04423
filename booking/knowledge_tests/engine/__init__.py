"""Pure code of knowledge tests: questions, pasted questions, and the change of a group."""
