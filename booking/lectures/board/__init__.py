"""The coordinator's board: what waits in a region, filtered, searched and answered in the list."""
