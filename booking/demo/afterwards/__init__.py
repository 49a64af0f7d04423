"""What comes after the lectures of the demonstration."""
