"""What an import would do: its people compared with the register as it is now."""
