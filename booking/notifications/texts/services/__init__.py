"""The services that send text messages, and what can become of a message there."""
