"""What the lectures of orders do to them: answered, cancelled, taken back."""
