"""Two organisations become one: what names the one that goes moves to the one that stays."""
