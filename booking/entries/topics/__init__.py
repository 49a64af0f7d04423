"""Topics of an entry: add, edit, offer, retire."""
