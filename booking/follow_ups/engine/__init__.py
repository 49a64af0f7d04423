"""Pure code of the later question: when it is asked, and its event."""
