"""Pure code of the list of fields: the codes that stand in addresses."""
