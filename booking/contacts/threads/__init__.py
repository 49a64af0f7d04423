"""Messages between a branch and an instructor, passed on without an address."""
