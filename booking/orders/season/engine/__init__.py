"""Pure code of season plans as they are stored: states, transitions and refusals."""
