"""The list of entries for coordinators: search, filters, several at once, add one by hand."""
