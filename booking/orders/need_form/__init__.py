"""The pages on which a branch states a need, in three steps: what, when, where and for whom."""
