"""Lists of lectures as a unit files them: of a branch, an instructor or a region, in a period."""
