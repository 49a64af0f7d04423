"""Links for a new password that a coordinator hands over, for people whom no mail reaches."""
