"""The parts of a schedule as they are stored, so that a change can be undone. Pure."""
