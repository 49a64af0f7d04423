"""Official days off and make-up workdays (调休): kept, filled and imported."""
