"""Leaving the register, with a reason, and coming back."""
