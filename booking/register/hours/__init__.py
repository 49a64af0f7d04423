"""The page on which a coordinator fills in default hours for a region or for one import."""
