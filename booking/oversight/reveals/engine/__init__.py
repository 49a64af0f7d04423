"""What is unusual in the numbers of contacts that somebody was shown. Pure."""
