"""What can be set, and which values are accepted; pure. Not: where values are stored."""
