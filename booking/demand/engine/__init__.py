"""Pure parts of unmet demand: periods, kinds, and which search words are kept."""
