"""The lectures that an instructor has promised, as the pages of the hours look at them."""
