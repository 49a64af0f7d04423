"""People of a sheet compared with entries, and the lines of a preview, as plain values. Pure."""
