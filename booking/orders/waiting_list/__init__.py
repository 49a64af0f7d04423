"""The waiting list: orders that wait for one instructor, and times that are held for them."""
