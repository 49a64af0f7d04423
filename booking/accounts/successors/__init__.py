"""Which organisation or region took one in that was merged. Not: the merging itself."""
