"""The preview as plain values."""
