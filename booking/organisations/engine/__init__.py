"""Pure code of organisations: the filters of their list, and names that are alike."""
