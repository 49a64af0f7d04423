"""The pages on which a branch requests a lecture: the form, and the times to choose from."""
